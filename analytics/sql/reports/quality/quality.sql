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
{% macro calls_where(condition) %}
coalesce(sum(calls) filter (where {{ condition }}), 0)::bigint
{%- endmacro %}
with {{ picked }},

{{ part("recoveries") }},

ended as not materialized (
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

-- Of many calls there are few different ones, and few different seconds: they are counted first.
waited as materialized (
    select
        is_answered,
        is_missed,
        is_worktime,
        in_own_hours,
        is_callback,
        waiting_time,
        count(*) as calls
    from ended
    group by is_answered, is_missed, is_worktime, in_own_hours, is_callback, waiting_time
),

calls_in_all as (
    select
        coalesce(sum(calls), 0)::bigint as ended_calls,
        {{ calls_where("is_answered") }} as answered,
        {{ calls_where("is_missed") }} as missed,
        {{ calls_where("is_missed and is_callback") }} as missed_callbacks,
        {{ calls_where("is_missed and is_worktime") }} as missed_worktime,
        {{ calls_where("is_worktime") }} as ended_worktime,
        {{ calls_where("is_worktime is not null") }} as worktime_known,
        {{ calls_where("is_missed and in_own_hours") }} as missed_own_hours,
        {{ calls_where("in_own_hours") }} as ended_own_hours,
        {{ calls_where("in_own_hours is not null") }} as own_hours_known,
        {{ calls_where("waiting_time is not null") }} as waiting_known,
        {{ calls_where("is_answered and waiting_time <= 10") }} as within_10,
        {{ calls_where("is_answered and waiting_time <= 20") }} as within_20,
        {{ calls_where("is_answered and waiting_time <= 30") }} as within_30,
        {{ calls_where("is_answered and waiting_time <= 60") }} as within_60
    from waited
),

waits_placed as (
    select
        is_answered,
        waiting_time,
        sum(calls) as calls,
        {{ placed("sum(calls)", "waiting_time", ["is_answered"]) }}
    from waited
    where (is_answered or is_missed) and waiting_time is not null
    group by is_answered, waiting_time
),

waits as (
    select
        is_answered,
        any_value(known) as known,
        sum(waiting_time * calls) / any_value(known) as mean,
        {{ counted_cont("waiting_time", 0.25) }} as p25,
        {{ counted_cont("waiting_time", 0.5) }} as p50,
        {{ counted_cont("waiting_time", 0.75) }} as p75,
        {{ counted_cont("waiting_time", 0.9) }} as p90
    from waits_placed
    group by is_answered
),

talks_placed as (
    select
        duration,
        count(*) as calls,
        {{ placed("count(*)", "duration") }}
    from ended
    where is_answered and duration is not null
    group by duration
),

talks as (
    select
        coalesce(any_value(known), 0) as known,
        sum(duration * calls) / any_value(known) as mean,
        {{ counted_cont("duration", 0.25) }} as p25,
        {{ counted_cont("duration", 0.5) }} as p50,
        {{ counted_cont("duration", 0.75) }} as p75
    from talks_placed
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
    answered_waits.p50 as waiting_answered_p50,
    answered_waits.p90 as waiting_answered_p90,
    answered_waits.mean as waiting_answered_avg,
    missed_waits.p50 as waiting_missed_p50,
    missed_waits.p90 as waiting_missed_p90,
    missed_waits.mean as waiting_missed_avg,
    within_10 / nullif(waiting_known, 0) as sla_10,
    within_20 / nullif(waiting_known, 0) as sla_20,
    within_30 / nullif(waiting_known, 0) as sla_30,
    within_60 / nullif(waiting_known, 0) as sla_60,
    talks.p50 as talk_p50,
    talks.mean as talk_avg,
    recovered,
    pending,
    lost,
    missed_undated,
    open_worktime,
    open_own_hours,
    recover_p50,
    answered_waits.p25 as waiting_answered_p25,
    answered_waits.p75 as waiting_answered_p75,
    coalesce(answered_waits.known, 0) as waiting_answered_known,
    talks.p25 as talk_p25,
    talks.p75 as talk_p75,
    talks.known as talk_known
from calls_in_all
cross join recovery
cross join talks
left join waits as answered_waits on answered_waits.is_answered
left join waits as missed_waits on not missed_waits.is_answered;
