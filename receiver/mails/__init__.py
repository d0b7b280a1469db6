"""Pages that are sent by e-mail, each on its days at its time."""
