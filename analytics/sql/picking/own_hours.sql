{# calendar has one row of each day. #}
list_contains(
    ${{ param }},
    coalesce(
        (
            select {{ in_own_hours }}
            from calendar
            where calendar.day = happened_local::date
        )::varchar,
        'unknown'
    )
)
