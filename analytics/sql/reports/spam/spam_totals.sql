-- Junk in all, one row. The columns are those of the report spam; clean: leads that are neither
-- marked as spam nor tagged by antifraud, those of the filter clean.
with {{ picked }},

{{ part("antifraud") }},

judged as (
    select is_spam, coalesce(is_antifraud, false) as is_antifraud
    from picked
    left join antifraud using (lead_type, lead_id)
)

select
    {{ junk_counts }},
    junk / nullif(junk_known, 0) as junk_rate,
    count(*) filter (where not coalesce(is_spam, false) and not is_antifraud) as clean
from judged;
