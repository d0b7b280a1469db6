"""Pages over the published file, and the same numbers for programs."""
