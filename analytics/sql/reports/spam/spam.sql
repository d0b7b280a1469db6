-- Junk by source and medium, most junk first. NULL in source or medium: Calltouch gave none.
--
-- spam: is_spam; spam_known: leads whose is_spam is known (Calltouch sends it of calls alone).
-- antifraud: leads with any tag of antifraud (tag_category auto_af). junk: either; junk_known: leads
-- whose is_spam is known, or that antifraud tagged. junk_rate: junk / junk_known, 0 to 1, NULL if
-- nothing is known.
with {{ picked }},

{{ part("antifraud") }},

judged as (
    select source, medium, is_spam, coalesce(is_antifraud, false) as is_antifraud
    from picked
    left join antifraud using (lead_type, lead_id)
)

select
    source,
    medium,
    {{ junk_counts }},
    junk / nullif(junk_known, 0) as junk_rate
from judged
group by source, medium
order by junk desc, leads desc, source nulls last, medium nulls last;
