-- Calls that ended and that nobody answered.
is_ended and status = 'unsuccessful'
