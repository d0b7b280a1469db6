-- Calls that ended and that nobody answered.
{{ is_missed }}
