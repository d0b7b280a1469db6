"""What the archive must hold: contents.py, read from and written to log.py by manifest.py."""
