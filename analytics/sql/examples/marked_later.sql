select
    lead_changes.field,
    lead_changes.old_value,
    lead_changes.new_value,
    count(*) as changes,
    median(epoch(changed_at) - epoch(coalesce(happened_at, first_received_at))) / 3600 as hours
from lead_changes
inner join leads using (lead_type, lead_id)
where field in ('targetcall', 'targetrequest', 'uniqtargetcall', 'uniqtargetrequest', 'spam')
    and leads.day between {{ first | literal }} and {{ last | literal }}
group by all
order by changes desc, field, old_value, new_value;
