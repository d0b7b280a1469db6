"""A believable Calltouch: sites, people, calls and requests, and the webhooks sent about them."""
