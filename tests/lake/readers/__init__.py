"""Who reads the store asks a lake as well as a file, and is told the same."""
