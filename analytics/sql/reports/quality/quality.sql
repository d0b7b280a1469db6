-- How calls are answered, one row.
--
-- ended_calls: is_ended, and status is known; answered: of those, status is
-- successful; missed: unsuccessful, callback calls included (missed_callbacks: those whose
-- is_callback is true). missed_worktime, ended_worktime: those with worktime;
-- worktime_known: ended calls whose is_worktime is known at all. missed_own_hours, ended_own_hours:
-- those in the account's own hours (calendar); own_hours_known: ended calls on days whose hours are
-- set at all.
-- waiting_…: seconds of waiting_time, of answered and of missed (abandoned) calls. sla_N: the share
-- of ended calls that were answered within N seconds; of those whose waiting_time is known
-- (waiting_known). talk_…: seconds of duration, of answered calls. waiting_answered_known, talk_known:
-- answered calls whose seconds are known.
-- recovered: missed, and the client was answered by a later call within $recovery_hours; lost: that
-- time is over; pending: it is not over yet; missed_undated: missed at an unknown time, in none of
-- the three. open_worktime, open_own_hours: lost and pending together, of those missed with
-- worktime, and in the account's own hours. recover_p50: median of the seconds from a missed call to
-- the one that recovered it.
-- Rates are 0 to 1. NULL: of nothing.
with {{ picked }},

{{ part("recoveries") }},

ended as (
    select
        {{ is_answered }} as is_answered,
        {{ is_missed }} as is_missed,
        is_worktime,
        {{ in_own_hours }} as in_own_hours,
        is_callback,
        waiting_time,
        duration
    from picked
    left join calendar on calendar.day = happened_local::date
    where {{ is_ended_call }}
),

calls_in_all as (
    select
        count(*) as ended_calls,
        count(*) filter (where is_answered) as answered,
        count(*) filter (where is_missed) as missed,
        count(*) filter (where is_missed and is_callback) as missed_callbacks,
        count(*) filter (where is_missed and is_worktime) as missed_worktime,
        count(*) filter (where is_worktime) as ended_worktime,
        count(is_worktime) as worktime_known,
        count(*) filter (where is_missed and in_own_hours) as missed_own_hours,
        count(*) filter (where in_own_hours) as ended_own_hours,
        count(in_own_hours) as own_hours_known,
        count(waiting_time) as waiting_known,
        quantile_cont(waiting_time, [0.5, 0.9, 0.25, 0.75]) filter (where is_answered)
            as waiting_answered,
        count(waiting_time) filter (where is_answered) as waiting_answered_known,
        avg(waiting_time) filter (where is_answered) as waiting_answered_avg,
        quantile_cont(waiting_time, [0.5, 0.9]) filter (where is_missed) as waiting_missed,
        avg(waiting_time) filter (where is_missed) as waiting_missed_avg,
        count(*) filter (where is_answered and waiting_time <= 10) as within_10,
        count(*) filter (where is_answered and waiting_time <= 20) as within_20,
        count(*) filter (where is_answered and waiting_time <= 30) as within_30,
        count(*) filter (where is_answered and waiting_time <= 60) as within_60,
        quantile_cont(duration, [0.25, 0.5, 0.75]) filter (where is_answered) as talk,
        count(duration) filter (where is_answered) as talk_known,
        avg(duration) filter (where is_answered) as talk_avg
    from ended
),

recovery as (
    select
        count(*) filter (where {{ is_recovered }}) as recovered,
        count(*) filter (where {{ is_pending }}) as pending,
        count(*) filter (where {{ is_lost }}) as lost,
        count(*) filter (where missed_at is null) as missed_undated,
        count(*) filter (where is_worktime and ({{ is_pending }} or {{ is_lost }})) as open_worktime,
        count(*) filter (where {{ in_own_hours }} and ({{ is_pending }} or {{ is_lost }}))
            as open_own_hours,
        quantile_cont(epoch(recovered_at) - epoch(missed_at), 0.5) filter (where {{ is_recovered }})
            as recover_p50
    from recoveries
    left join calendar on calendar.day = happened_local::date
)

select
    ended_calls,
    answered,
    missed,
    missed / nullif(ended_calls, 0) as missed_rate,
    missed_callbacks,
    missed_worktime,
    ended_worktime,
    worktime_known,
    missed_worktime / nullif(ended_worktime, 0) as missed_worktime_rate,
    missed_own_hours,
    ended_own_hours,
    own_hours_known,
    waiting_known,
    waiting_answered[1] as waiting_answered_p50,
    waiting_answered[2] as waiting_answered_p90,
    waiting_answered_avg,
    waiting_missed[1] as waiting_missed_p50,
    waiting_missed[2] as waiting_missed_p90,
    waiting_missed_avg,
    within_10 / nullif(waiting_known, 0) as sla_10,
    within_20 / nullif(waiting_known, 0) as sla_20,
    within_30 / nullif(waiting_known, 0) as sla_30,
    within_60 / nullif(waiting_known, 0) as sla_60,
    talk[2] as talk_p50,
    talk_avg,
    recovered,
    pending,
    lost,
    missed_undated,
    open_worktime,
    open_own_hours,
    recover_p50,
    waiting_answered[3] as waiting_answered_p25,
    waiting_answered[4] as waiting_answered_p75,
    waiting_answered_known,
    talk[1] as talk_p25,
    talk[3] as talk_p75,
    talk_known
from calls_in_all
cross join recovery;
