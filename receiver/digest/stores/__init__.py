"""Where digest keeps its store: in a file, or in a lake."""
