-- Leads with this id, or whose phone ends with these digits; five or more may stand anywhere in it.
(
    list_contains($search, lead_id::varchar)
    or caller_phone in (
        select known.caller_phone
        from leads as known
        inner join (select unnest($search) as digits) as wanted
            on ends_with(known.caller_phone, wanted.digits)
                or len(wanted.digits) >= 5 and contains(known.caller_phone, wanted.digits)
    )
)
