"""Who there is: businesses and their sites, people and their devices, traffic, and when."""
