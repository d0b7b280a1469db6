-- The sites that leads came from, by name: what there is to choose from above a page.
select
    site_name,
    any_value(site_id) as site_id
from leads
group by site_name
-- Of millions of leads there are few names.
having site_name <> ''
order by count(*) desc, site_name
limit 200;
