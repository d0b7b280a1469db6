-- What a batch has put aside while it was written.
drop view if exists present_leads;
drop view if exists places_left;
{% for table in [
    "placed_leads", "replaced_leads", "moved_leads", "moved_clients", "told_leads", "disturbed_leads",
    "other_clients", "links", "relinked_leads",
] %}
drop table if exists {{ table }};
{% endfor %}
