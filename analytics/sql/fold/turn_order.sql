of_person as (
        partition by by_number, client, client = person order by day, moment, is_request, lead_id
    )
