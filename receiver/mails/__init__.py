"""Pages sent by e-mail on a schedule."""
