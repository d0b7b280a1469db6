-- Whether the client of a missed call has been reached since.
select recovered_at is not null from missed_calls where lead_id = $lead_id
