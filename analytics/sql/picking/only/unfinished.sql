-- Calls that have not ended so far.
{{ is_unfinished }}
