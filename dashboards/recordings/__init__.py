"""Call recordings: found, fetched and played for those allowed to listen."""
