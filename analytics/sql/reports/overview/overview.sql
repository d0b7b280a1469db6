-- The leads, one row.
--
-- A call counts from its first delivery on; unfinished_calls says how many of the calls have not
-- ended so far. A flag that Calltouch has not sent yet is not known: a rate is of the leads whose
-- flag is known (uniqueness_known, target_known, unique_target_known, ended_calls). Callback calls
-- are calls like others, missed ones too.
--
-- people: different phones, or where there is none e-mails, or else ctCallerIds, however they are
-- written (person). Calltouch gives ctCallerId to calls alone, so it comes last: who calls and leaves
-- a request is one person by the phone. Leads with none of the three are in leads_of_nobody and
-- count for no person. (A person is 64 bits of a hash: two of a million fall together once in tens
-- of millions of cases.)
--
-- Where nothing but the days is asked, leads tell themselves whether they are the first of their
-- person in the period; people are looked for among the others alone (untold).
with {{ picked }},

untold as (
    select count(distinct person) as people, count(*) - count(person) as nobodys
    from picked
{% if not narrowed %}
    where not ({{ is_turn_told }})
{% endif %}
),

-- A condition that most leads miss takes less time in a question of its own.
unfinished as (
    select count(*) as unfinished_calls
    from picked
    where {{ is_unfinished }}
)

select
    count(*) as leads,
    {{ calls }} as calls,
    {{ requests }} as requests,
    (select unfinished_calls from unfinished) as unfinished_calls,
    count(*) filter (where is_unique) as unique_leads,
    count(is_unique) as uniqueness_known,
    count(*) filter (where is_target) as target_leads,
    count(is_target) as target_known,
    count(*) filter (where is_unique_target) as unique_target_leads,
    count(is_unique_target) as unique_target_known,
    count(*) filter (where {{ is_missed }}) as missed_calls,
    count(*) filter (where {{ is_ended_call }}) as ended_calls,
    (select people from untold)
{% if not narrowed %}
    + count(*) filter (where {{ is_first_in_period }})
{% endif %}
    as people,
    (select nobodys from untold) as leads_of_nobody
from picked;
