"""The face: factories, commands, supervision. The only package that knows all the others."""
