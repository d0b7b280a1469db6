-- Leads with one of these ids, or whose phone or e-mail, in its canonical form, has what is looked
-- for in it.
(
    list_contains($search_ids, lead_id)
    or regexp_matches(canonical_phone, $search_phones)
    or regexp_matches(canonical_email, $search_emails)
)
