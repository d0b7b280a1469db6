"""Publications under everything that a store may go through."""
