-- The leads from the day `first` to `last` once more, with what `links` says of them, and in the order of time.
create or replace temp table linked_leads as
select leads.* replace (
    {{ of_links }}
)
from leads
left join links using (lead_type, lead_id)
where day between {{ first | literal }} and {{ last | literal }};

delete from leads
where day between {{ first | literal }} and {{ last | literal }};

insert into leads by name
select * from linked_leads
order by happened_at, lead_type, lead_id;

drop table linked_leads;
