"""What Calltouch sends about leads: formatted webhooks, in order, with mishaps, over HTTP."""
