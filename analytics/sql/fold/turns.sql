{# Of told_leads: where a lead stands among those of its person. A person is one of the clients, by
   number or by e-mail, but not every lead of that client is of this person. #}
if(client = person, first_value(day) over of_person, null) as person_first_day,
if(client = person, lag(day) over of_person, null) as person_previous_day,
case
    when client is distinct from person then null
    when lag(moment) over of_person is null then 1
    when lag(moment) over of_person = first_value(moment) over of_person
        and moment <> first_value(moment) over of_person
        then 2
    else 3
end::smallint as person_turn
