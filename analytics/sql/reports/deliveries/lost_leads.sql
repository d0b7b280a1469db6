-- Leads of the period that Calltouch's API has and the store has not, when their day was last
-- compared: the $top newest, 0 is all of them. remedy: resend while Calltouch can still send them
-- again (31 days), else api: resync alone brings them.
select day, site_id, lead_type, lead_id, split_part(remedy, ' ', 1) as remedy
from reconciliation_differences
where difference = 'lost' and day between $from and $to
order by day desc, site_id, lead_type, lead_id desc
limit {{ number_or_all("$top") }};
