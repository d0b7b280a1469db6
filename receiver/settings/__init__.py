"""Settings: read once from `calltouch.toml` and the environment into one typed, frozen object."""
