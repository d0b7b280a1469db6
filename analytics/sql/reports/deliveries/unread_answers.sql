-- What of the API's answers about the period's days could not be read when they were last compared,
-- one row.
--
-- unread: records, parts of records and pages; hiding: those behind which a lead may be lost that
-- nobody sees (all but parts of a record); days: on which there are any.
select
    count(*) as unread,
    count(*) filter (where kind <> 'part') as hiding,
    count(distinct day) as days
from reconciliation_unread
where day between $from and $to;
