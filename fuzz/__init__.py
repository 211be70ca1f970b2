"""Tries the laws of the program on whatever bytes hypothesis thinks of: `python -m fuzz`."""
