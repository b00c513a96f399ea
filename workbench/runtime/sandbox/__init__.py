"""The JavaScript that runs inside a worker, beside the script."""
