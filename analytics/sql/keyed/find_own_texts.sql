-- The texts that may name the person of the lead that they are on: a call and a request of one id are
-- one here.
create or replace table memory.main.own_found as
with known as (
    select lead_id, unnest([caller_phone, email, fio]) as contact
    from published.main.leads
    union all
    select lead_id, unnest([old_value, new_value]) as contact
    from published.main.lead_changes
    where field in ('callerphone', 'email', 'fio')
),

clues as (
    select distinct known.lead_id, contact_clues.clue
    from memory.main.contact_clues
    inner join known using (contact)
),

suspected as (
    select distinct clues.lead_id, text_clues.text
    from clues
    inner join memory.main.text_clues using (clue)
)

{% for column in columns %}
select distinct
    {{ column.masked_in | literal }} as way,
    source.lead_id,
    {{ column.value }} as text
from published.main."{{ column.table }}" as source
semi join suspected
    on suspected.lead_id = source.lead_id and suspected.text = {{ column.value }}
{{ "union all" if not loop.last else "" }}
{% endfor %};
