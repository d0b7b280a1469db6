"""Around every page: who reads it, its headers and assets, how many at a time."""
