"""The files over HTTP: ranges of one version, whatever is published meanwhile."""
