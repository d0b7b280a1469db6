-- What a lead carries more than one of: tags, comments, phrases, URL parameters. Design rule 8.
delete from lead_tags
where (lead_type, lead_id) in (select (lead_type, lead_id) from touched);

insert into lead_tags by name
select distinct touched.lead_type, touched.lead_id, item.tag_category, trim(item.tag) as tag
from (
    select state.lead_no, parameters.tag_category, unnest(string_split(state.value, ',')) as tag
    from state
    inner join parameters on parameters.parameter = state.field
    where parameters.tag_category is not null
) as item
inner join touched using (lead_no)
where trim(item.tag) <> '';

delete from lead_comments
where (lead_type, lead_id) in (select (lead_type, lead_id) from touched);

insert into lead_comments by name
select touched.lead_type, touched.lead_id, item.position, item.party, item.comment
from (
    select
        lead_no,
        generate_subscripts(items, 1) - 1 as position,
        unnest(items, recursive := true)
    from (
        select lead_no, from_json(value, '[{"party": "VARCHAR", "comment": "VARCHAR"}]') as items
        from state
        where field = 'comment'
    )
) as item
inner join touched using (lead_no);

delete from call_phrases
where lead_id in (select lead_id from touched where lead_type = 'call');

insert into call_phrases by name
select touched.lead_id, item.position, item.channel, item.phrase
from (
    select
        lead_no,
        generate_subscripts(items, 1) - 1 as position,
        unnest(items, recursive := true)
    from (
        select lead_no, from_json(value, '[{"channel": "VARCHAR", "phrase": "VARCHAR"}]') as items
        from state
        where field = 'text'
    )
) as item
inner join touched using (lead_no)
where touched.lead_type = 'call';

delete from lead_url_params
where (lead_type, lead_id) in (select (lead_type, lead_id) from touched);

insert into lead_url_params by name
select touched.lead_type, touched.lead_id, item.* exclude (lead_no)
from (
    select
        lead_no,
        attribution_model,
        generate_subscripts(items, 1) - 1 as position,
        unnest(items, recursive := true)
    from (
        select
            lead_no,
            attribution_model,
            from_json(value, '[{"name": "VARCHAR", "value": "VARCHAR"}]') as items
        from state
        where field = 'add_url_params'
    )
) as item
inner join touched using (lead_no);
