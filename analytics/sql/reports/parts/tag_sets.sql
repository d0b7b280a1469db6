-- All tags of each lead of the period in one text. Lists of the tags of millions of leads would not
-- fit into memory: what tags a lead has is told by the sums of their hashes, and each text is made
-- once, of one lead that has them.
summed as (
    select
        lead_type = 'call' as is_call,
        lead_id,
        sum(hash(tag_category, tag)) as first_sum,
        sum(hash(tag, tag_category)) as second_sum
    from lead_tags
    where lead_day between $from and $to
    group by all
),

examples as (
    select
        first_sum,
        second_sum,
        min(lead_id) as lead_id,
        arg_min(is_call, lead_id) as is_call
    from summed
    group by first_sum, second_sum
),

-- A sorted list is quicker than string_agg with an order.
texts as (
    select
        first_sum,
        second_sum,
        array_to_string(
            [one.tag for one in list_sort(list({'category': tag_category, 'tag': tag}))],
            ', '
        ) as tag_set
    from lead_tags
    inner join examples
        on examples.lead_id = lead_tags.lead_id
            and examples.is_call = (lead_tags.lead_type = 'call')
    group by first_sum, second_sum
),

tag_sets as (
    select is_call, lead_id, tag_set
    from summed
    inner join texts using (first_sum, second_sum)
)
