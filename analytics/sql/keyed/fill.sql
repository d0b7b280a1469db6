-- The rows of a published table without persons. What is keyed is HMAC-SHA256 of the value: its
-- first 64 bits where it was a number, else 96 bits as hexadecimal digits, with `erased:` before
-- them where it stands for what was erased.
{% macro hmac(column) %}
sha256($outer_{{ column.kind }}::blob || unhex(sha256(
        $inner_{{ column.kind }}::blob || encode(source."{{ column.name }}"::varchar)
    )))
{%- endmacro %}
{% macro given(column) %}
    {% if column.treatment == "kept" %}
    source."{{ column.name }}"
    {%- elif column.treatment == "keyed" and column.type == "BIGINT" %}
    (('0x' || left({{ hmac(column) }}, 16))::ubigint::hugeint - 9223372036854775808)::bigint
    {%- elif column.treatment == "keyed" %}
    case
        when source."{{ column.name }}" = '' then ''
        when starts_with(source."{{ column.name }}", 'erased:')
            then 'erased:' || left({{ hmac(column) }}, 24)
        else left({{ hmac(column) }}, 24)
    end
    {%- elif column.treatment == "field" %}
    if(list_contains($fields, source."{{ column.name }}"), source."{{ column.name }}", $hidden)
    {%- elif column.treatment == "fields" %}
    [one for one in source."{{ column.name }}" if list_contains($fields, one)]
    {%- elif column.treatment == "value" %}
    case
        when list_contains($flags, source.field) and list_contains($words, source."{{ column.name }}")
            or list_contains($numbers, source.field)
            and regexp_full_match(source."{{ column.name }}", '-?\d{1,9}')
            then source."{{ column.name }}"
    end
    {%- elif column.treatment == "own_phone" %}
    case
        when regexp_full_match(source."{{ column.name }}", '[\d+() -]{0,20}')
            then coalesce(
                {{ '"of ' ~ column.name ~ '".masked,' if column.name in masked else "" }}
                source."{{ column.name }}"
            )
        when source."{{ column.name }}" is not null then $hidden
    end
    {%- else %}
    coalesce(
        {{ '"own of ' ~ column.name ~ '".masked,' if column.name in own else "" }}
        {{ '"of ' ~ column.name ~ '".masked,' if column.name in masked else "" }}
        {{ column.value }}
    )
    {%- endif %}
{% endmacro %}
insert into keyed.main."{{ table }}"
select
{% for column in columns %}
{{ given(column) }} as "{{ column.named }}"{{ "," if not loop.last else "" }}
{% endfor %}
from published.main."{{ table }}" as source
{% for column in columns if column.name in masked %}
left join memory.main."{{ column.masked_in }}" as "of {{ column.name }}"
    on "of {{ column.name }}".text = {{ column.value }}
{% endfor %}
{% for column in columns if column.name in own %}
left join memory.main.own_masked as "own of {{ column.name }}"
    on "own of {{ column.name }}".way = {{ column.masked_in | literal }}
        and "own of {{ column.name }}".lead_id = source.lead_id
        and "own of {{ column.name }}".text = {{ column.value }}
{% endfor %};
