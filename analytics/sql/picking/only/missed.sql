-- Calls that ended and that nobody answered.
lead_type = 'call' and call_phase = 'calldisconnected' and status = 'unsuccessful'
