"""Recordings of calls: found, fetched and played, for those who may listen."""
