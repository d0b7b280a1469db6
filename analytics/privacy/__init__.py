"""Who may see what: what a column holds of a person, and what is given in its place."""
