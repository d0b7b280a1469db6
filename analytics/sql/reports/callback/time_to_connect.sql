-- How soon callback requests are answered: points of the distribution, at most 101.
--
-- seconds: from the first call of a callback_request_id to the first that was answered (status
-- successful); share: of the reached chains, 0 to 1, as many were answered within that time; reached:
-- all chains that were answered. Chains with at least one call among those that the filters leave
-- are looked at whole. When the visitor asked to be called, Calltouch does not say.
with {{ picked }},

{{ part("attempts") }},

chains as (
    select
        min(happened_at) as first_at,
        min(happened_at) filter (where {{ is_answered }}) as reached_at
    from attempts
    group by callback_request_id
),

placed as (
    select
        epoch(reached_at) - epoch(first_at) as seconds,
        row_number() over (order by seconds) as place,
        count(*) over () as reached
    from chains
    where reached_at is not null
)

select seconds, place / reached as share, reached
from placed
where place = 1 or place * 100 // reached > (place - 1) * 100 // reached
order by place;
