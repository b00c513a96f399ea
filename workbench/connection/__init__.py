"""What a connection is: pure data, no input or output but its own file."""
