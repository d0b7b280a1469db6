"""What Calltouch sends about leads: webhooks, worded, in order, with mishaps, over HTTP."""
