-- Of the published file: all deliveries of the leads that Calltouch's API named.
insert into digest.deliveries by name
select stored.*
from published.digest.deliveries as stored
semi join named using (lead_type, lead_id);
