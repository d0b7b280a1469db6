-- Junk in all, one row. The columns are those of the report spam; clean: leads that are neither
-- marked as spam nor tagged by antifraud, those of the filter clean.
with picked as (from leads),

antifraud as (from parts),

judged as (
    select is_spam, coalesce(is_antifraud, false) as is_antifraud
    from picked
    left join antifraud using (lead_type, lead_id)
)

select
    count(*) as leads,
    count(*) filter (where is_spam) as spam,
    count(is_spam) as spam_known,
    count(*) filter (where is_antifraud) as antifraud,
    count(*) filter (where is_spam or is_antifraud) as junk,
    count(*) filter (where is_spam is not null or is_antifraud) as junk_known,
    junk / nullif(junk_known, 0) as junk_rate,
    count(*) filter (where not coalesce(is_spam, false) and not is_antifraud) as clean
from judged;
