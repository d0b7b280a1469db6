-- How long before each lead its client's previous one was, of what was known at the instant. Where
-- leads have come or changed since, those that come next after them are taken from the file as well.
create or replace temp view present_leads as
{% with table = "leads", knows_turns = true %}{% include "fold/present_leads.sql" %}

from file.leads as leads
anti join touched using (lead_type, lead_id)
union all
{% include "fold/present_leads.sql" %}{% endwith %}

from leads;

create or replace temp table moved_leads as
select lead_type, lead_id
from leads;

-- What comes after all that was known is before none of it.
create or replace temp view places_left as
{% with table = "leads", knows_turns = true %}{% include "fold/present_leads.sql" %}{% endwith %}

from file.leads as leads
semi join touched using (lead_type, lead_id)
where {{ moment("leads") }} <= (select max(moment) from present_leads);

{% include "fold/link_leads.sql" %}

create or replace temp table relinked_leads as
with known as (
    select *, false as is_of_file
    from leads
    union all by name
    select *, true as is_of_file
    from file.leads
    anti join touched using (lead_type, lead_id)
)

select known.* replace (
    {{ of_links }}
)
from known
inner join links using (lead_type, lead_id)
where not is_of_file
    or {{ differs_from_links("known") }};

delete from leads;

insert into leads by name
select * exclude (is_of_file)
from relinked_leads;

insert into relinked
select lead_type, lead_id
from relinked_leads
where is_of_file;

{% include "fold/forget_placed.sql" %}

