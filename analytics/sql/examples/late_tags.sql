select day, count(*) as leads
from leads
where day between {{ first | literal }} and {{ last | literal }}
    and (lead_type, lead_id) in (
        select (lead_changes.lead_type, lead_changes.lead_id)
        from lead_changes
        inner join leads as changed using (lead_type, lead_id)
        where starts_with(field, 'tags_')
            and changed_at > coalesce(changed.happened_at, changed.first_received_at) + interval 1 day
    )
group by day
order by day;
