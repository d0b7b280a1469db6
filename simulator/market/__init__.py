"""The market: businesses and their sites, people and their devices, traffic, and timing."""
