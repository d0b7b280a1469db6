-- Not unique, by Calltouch's rules.
not is_unique
