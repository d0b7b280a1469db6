-- What each delivery of the touched leads did. Design rule 7.
create or replace temp table outcomes as
with changing as (
    select distinct lead_no, place
    from changes
)

select
    lives.delivery_id,
    case
        when lives.place = 1 then 'created'
        when changing.place is not null or lives.model_place = 1 then 'updated'
        else 'unchanged'
    end as outcome,
    coalesce(lives.came_late, false) as is_late,
    lives.is_new
from lives
left join changing using (lead_no, place);
