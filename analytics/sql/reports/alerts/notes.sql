-- Notes of people about the period, the newest first. After the note $before, $limit of them, 0 is
-- all.
select
    note_id,
    began_at,
    ended_at,
    site_id,
    text,
    author,
    made_at
from notes
where began_at < {{ period_end }}
    and coalesce(ended_at, began_at) >= timezone($timezone, $from::timestamp)
    and ($before is null or note_id < $before)
order by note_id desc
limit {{ number_or_all("$limit") }};
