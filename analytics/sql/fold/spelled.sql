-- Every parameter of every delivery in play, in long form: the new ones, and the earlier ones of the
-- leads they touch.
create or replace temp table spelled as
select
    delivery_id,
    unnest(json_keys(params)) as field,
    unnest(json_extract_string(params, '$.*')) as written,
    unnest(json_type(params, '$.*')) in ('ARRAY', 'OBJECT') as is_nested
from (
    select delivery_id, params from incoming
    union all
    select delivery_id, params from lives where not is_new
);
