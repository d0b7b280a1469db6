"""Factories, commands and supervision: the only package that knows all the others."""
