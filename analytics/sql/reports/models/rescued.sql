-- Where the leads rescued from direct came from: '(direct)', '(none)' in the last interaction
-- (model 0), and by source and medium of the last non-direct one (model 1). Most leads first.
--
-- target_known: leads whose flag is known. NULL in source or medium: Calltouch gave none.
with {{ picked }},

{{ part("compared") }}

select
    source_1 as source,
    medium_1 as medium,
    sum(leads)::bigint as leads,
    sum(target_leads)::bigint as target_leads,
    sum(target_known)::bigint as target_known
from compared
where {{ is_rescued_from_direct }}
group by source_1, medium_1
order by leads desc, source nulls last, medium nulls last;
