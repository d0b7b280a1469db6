-- The leads $first to $last - 1 of $leads, in order of time, with all that is drawn for them.
-- chance(lead, salt): a number 0..1 that is always the same for the two.
create or replace temp table drawn as
with numbered as (
    select
        range as number,
        chance(range, 1) < 0.7 as is_call,
        date '2026-11-20' - 729 + (range * 730 // $leads)::integer as day
    from range($first, $last)
),

timed as (
    select
        *,
        -- Most by day, some at night.
        day + to_seconds(
            case
                when chance(number, 2) < 0.03 then chance(number, 3) * 86400
                else 28800 + (chance(number, 3) + chance(number, 4)) * 23000
            end::integer::double
        ) as happened_local,
        -- A third are of someone who has been here, mostly of late; some of a few regulars.
        case
            when chance(number, 5) < 0.02 then -(chance(number, 6) * 500)::bigint
            when chance(number, 5) < 0.35
                then greatest(0, number - 1 - (chance(number, 6) ** 3 * $leads / 12)::bigint)
            else number
        end as person
    from numbered
)

select
    number as lead_id,
    is_call,
    if(is_call, 'call', 'request') as lead_type,
    day,
    happened_local,
    timezone('Europe/Moscow', happened_local) as happened_at,
    person,
    '79' || lpad((hash(person) % 1000000000)::varchar, 9, '0') as phone,
    floor(chance(number, 7) ** 2.5 * 40)::integer as source,
    (chance(number, 8) < 0.3)::integer as second_medium,
    floor(chance(number, 9) ** 3 * 900)::integer as campaign,
    chance(number, 10) as moved,
    is_call and chance(number, 11) < 0.004 as is_unfinished,
    chance(number, 12) < 0.78 as is_answered,
    chance(number, 13) as quality,
    chance(number, 14) < 0.03 as is_spam,
    chance(number, 15) as tagged
from timed;
