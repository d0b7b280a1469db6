"""Tests of the file without persons."""
