"""Connection Workbench: author, run and prove IFTTT connections on your own machine."""
