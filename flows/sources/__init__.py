"""Where operations come from: deliveries at the addresses of flows, and leads that changed."""
