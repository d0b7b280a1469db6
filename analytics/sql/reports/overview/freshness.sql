-- How fresh the published file is: one row, or none before the first publication.
select
    published_at,
    last_received_at
from freshness;
