"""What may be wrong, and how people are told of it in their language."""
