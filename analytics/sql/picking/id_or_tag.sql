-- Leads with one of these ids, or a tag that has one of the texts in it: what can be looked for
-- without learning anything of the client.
(
    list_contains(${{ param }}_ids, lead_id)
    or (lead_type, lead_id) in (
        select (lead_type, lead_id) from lead_tags where regexp_matches(tag, ${{ param }}_texts)
    )
)
