-- Leads by manager, most leads first. NULL in manager: none is assigned.
--
-- ended_calls: is_ended, and status is known; answered: of those, status is
-- successful; missed: unsuccessful. answer_rate: answered / ended_calls, and its 95 % Wilson
-- interval, answer_rate_low to answer_rate_high. talk_…: percentiles of duration, waiting_p50: median
-- of waiting_time, with its quartiles, both of answered calls, seconds; talk_known, waiting_known: of
-- so many. target_rate: target_leads / target_known (leads
-- whose flag is known). rating_avg: of rated leads (rating_n); rating 0 is none. Rates are 0 to 1.
-- NULL: of nothing.
with {{ picked }},

judged as (
    select
        manager,
        is_ended,
        {{ is_ended_call }} as is_known,
        {{ is_answered }} as is_answered,
        {{ is_missed }} as is_missed,
        duration,
        waiting_time,
        is_target,
        nullif(rating, 0) as rating
    from picked
),

counted as (
    select
        manager,
        count(*) as leads,
        {{ calls }} as calls,
        {{ requests }} as requests,
        count(*) filter (where is_known) as ended_calls,
        count(*) filter (where is_answered) as answered,
        count(*) filter (where is_missed) as missed,
        answered / nullif(ended_calls, 0) as answer_rate,
        quantile_cont(duration, [0.05, 0.25, 0.5, 0.75, 0.95]) filter (where is_answered) as talk,
        count(duration) filter (where is_answered) as talk_known,
        quantile_cont(waiting_time, [0.25, 0.5, 0.75]) filter (where is_answered) as waiting,
        count(waiting_time) filter (where is_answered) as waiting_known,
        count(*) filter (where is_target) as target_leads,
        count(is_target) as target_known,
        avg(rating) as rating_avg,
        count(rating) as rating_n
    from judged
    group by manager
),

bounded as (
    select
        *,
        {{ wilson_middle("answer_rate", "ended_calls") }} as middle,
        {{ wilson_reach("answer_rate", "ended_calls") }} as reach
    from counted
)

select
    manager,
    leads,
    calls,
    requests,
    ended_calls,
    answered,
    missed,
    answer_rate,
    middle - reach as answer_rate_low,
    middle + reach as answer_rate_high,
    talk[1] as talk_p5,
    talk[2] as talk_p25,
    talk[3] as talk_p50,
    talk[4] as talk_p75,
    talk[5] as talk_p95,
    waiting[2] as waiting_p50,
    target_leads,
    target_known,
    target_leads / nullif(target_known, 0) as target_rate,
    rating_avg,
    rating_n,
    waiting[1] as waiting_p25,
    waiting[3] as waiting_p75,
    waiting_known,
    talk_known
from bounded
order by leads desc, manager nulls last;
