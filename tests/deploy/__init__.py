"""What stands in deploy/, as it stands there: verified, linted, run."""
