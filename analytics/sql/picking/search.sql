{# Leads with one of these ids, or whose phone or e-mail, in its canonical form, has what is looked
   for in it; or whose client's name, tags, comments or transcript have one of the texts. #}
(
    list_contains(${{ param }}_ids, lead_id)
    or regexp_matches(canonical_phone, ${{ param }}_phones)
    or regexp_matches(canonical_email, ${{ param }}_emails)
{% for place in range(1, count + 1) %}
{% set text = "$" ~ param ~ "_texts[" ~ place ~ "]" %}
    or {{ folded_fits("has", "fio", text) }}
    or (lead_type, lead_id) in (
        select (lead_type, lead_id)
        from lead_tags
        where {{ folded_fits("has", "tag", text) }}
        union all
        select (lead_type, lead_id)
        from lead_comments
        where {{ folded_fits("has", "comment", text) }}
        union all
        select ('call', lead_id)
        from call_phrases
        where {{ folded_fits("has", "phrase", text) }}
    )
{% endfor %}
)
