-- Leads with this id, or whose phone ends with these digits.
(
    list_contains($search, lead_id::varchar)
    or len(list_filter($search, lambda digits: caller_phone like '%' || digits)) > 0
)
