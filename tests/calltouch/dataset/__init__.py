"""The Python API, over a file and over HTTP."""
