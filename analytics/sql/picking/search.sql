-- Leads with one of these ids, or whose phone or e-mail, in its canonical form, has what is looked
-- for in it; or whose client's name, tags, comments or transcript have one of the texts.
(
    list_contains(${{ param }}_ids, lead_id)
    or regexp_matches(canonical_phone, ${{ param }}_phones)
    or regexp_matches(canonical_email, ${{ param }}_emails)
    or regexp_matches(fio, ${{ param }}_texts)
    or (lead_type, lead_id) in (
        select (lead_type, lead_id) from lead_tags where regexp_matches(tag, ${{ param }}_texts)
        union all
        select (lead_type, lead_id)
        from lead_comments
        where regexp_matches(comment, ${{ param }}_texts)
        union all
        select ('call', lead_id) from call_phrases where regexp_matches(phrase, ${{ param }}_texts)
    )
)
