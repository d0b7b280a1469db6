-- Calls that have not ended so far.
lead_type = 'call' and call_phase = 'callconnected'
