-- One row per delivery and field that it carries: long form. Design rules 4 and 5.
-- `value` is NULL where the delivery says "empty" or where what it says does not fit its kind.
-- `nth` is 1 in the lead's first delivery, for a traffic field in its model's first one; `chain_nth`
-- is the same within one webhook's deliveries. `is_silent`: the API does not know the field, or words
-- it otherwise than a webhook has already, so that it has nothing to say there.
create or replace temp table carried as
with sent as (
    select lives.lead_no, lives.place, spelled.field, spelled.written, spelled.is_nested
    from spelled
    inner join lives using (delivery_id)
),

-- Calltouch leaves these two out when they are empty.
cleared as (
    select lives.lead_no, lives.place, omitted.field, null as written, false as is_nested
    from lives
    cross join (values ('comment'), ('add_url_params')) as omitted (field)
    where list_contains(lives.changed_fields, omitted.field)
        and not list_contains(json_keys(lives.params), omitted.field)
),

described as (
    select sent.*, parameters.kind, parameters.part, parameters.is_webhook_only
    from (select * from sent union all select * from cleared) as sent
    left join parameters on parameters.parameter = sent.field
    where parameters.part is distinct from 'envelope'
),

valued as (
    select
        *,
        if(is_nested, nullif(written, '[]'), read_value(written)) as said,
        case
            when kind is null or said is null then true
            when kind = 'list' then said[1] = '['
            else not is_nested and fits(kind, said)
        end as is_fit
    from described
),

-- Where a webhook has said it in its own words.
worded as (
    select distinct lives.lead_no, spelled.field
    from spelled
    inner join parameters on parameters.parameter = spelled.field and parameters.gives_way
    inner join lives using (delivery_id)
    where lives.origin = 'webhook'
        and not spelled.is_nested
        and read_value(spelled.written) is not null
)

select
    valued.lead_no,
    valued.place,
    lives.chain,
    valued.field,
    if(valued.part = 'traffic', lives.attribution_model, null) as attribution_model,
    if(valued.part = 'traffic', lives.model_place, valued.place)::integer as nth,
    if(valued.part = 'traffic', lives.chain_model_place, lives.chain_place)::integer as chain_nth,
    if(valued.is_fit, valued.said, null) as value,
    valued.is_nested,
    valued.is_fit,
    lives.origin = 'api'
    and (
        (value is null and coalesce(valued.is_webhook_only, false))
        or worded.field is not null
    ) as is_silent
from valued
inner join lives using (lead_no, place)
left join worded
    on worded.lead_no = valued.lead_no and worded.field = valued.field;
