"""How it is watched: health checks, metrics, logs."""
