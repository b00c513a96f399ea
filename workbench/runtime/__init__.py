"""One script, one event, one process: runs runtime scripts as Node 12 would."""
