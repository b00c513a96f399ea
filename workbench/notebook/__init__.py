"""All that is Jupyter; nothing else imports IPython, ipywidgets or anywidget."""
