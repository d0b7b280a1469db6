-- Calltouch's flag of working hours beside the account's own (calendar): one row per pair of both.
--
-- is_worktime: as Calltouch sends it, NULL where it does not; in_own_hours: whether the call began in
-- the hours of calendar, NULL where none are set or the call has no time. calls: all calls, whether
-- they have ended or not; missed: those that ended with the status unsuccessful.
with {{ picked }}

select
    is_worktime,
    {{ in_own_hours }} as in_own_hours,
    count(*) as calls,
    count(*) filter (where {{ is_missed }}) as missed
from picked
left join calendar on calendar.day = happened_local::date
where lead_type = 'call'
group by all
order by is_worktime desc nulls last, in_own_hours desc nulls last;
