"""A believable Calltouch: sites, people, calls and requests, and the webhooks about them."""
