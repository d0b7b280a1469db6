"""How a closed copy of the store takes the place of the published file."""
