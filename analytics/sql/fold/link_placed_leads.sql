-- That a lead comes or goes changes what the one after it says of its client's previous lead: the row
-- of that one is written again.
create or replace temp view present_leads as
{% with table = "leads", knows_turns = true %}{% include "fold/present_leads.sql" %}{% endwith %}

from leads
union all
{% with table = "placed_leads", knows_turns = false %}{% include "fold/present_leads.sql" %}{% endwith %}

from placed_leads;

create or replace temp view places_left as
select lead_type, lead_id, {{ standing | join(", ") }}, moment, {{ turns | join(", ") }}
from replaced_leads
semi join moved_leads using (lead_type, lead_id);

{% include "fold/link_leads.sql" %}

create or replace temp table relinked_leads as
select leads.* replace (
    {{ of_links }}
)
from leads
inner join links using (lead_type, lead_id)
where {{ differs_from_links("leads") }};

delete from leads
using relinked_leads as relinked
where leads.lead_type = relinked.lead_type and leads.lead_id = relinked.lead_id;

insert into leads by name
select * from relinked_leads
order by happened_at, lead_type, lead_id;
