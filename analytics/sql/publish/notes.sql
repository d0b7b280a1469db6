insert into notes by name
select
    note_id,
    began_at::timestamptz as began_at,
    ended_at::timestamptz as ended_at,
    site_id,
    text,
    author,
    made_at::timestamptz as made_at
from noted;
