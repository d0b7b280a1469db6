-- How many leads are not where they were among those of their clients.
select count(*) from moved_leads;
