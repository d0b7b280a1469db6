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
with {{ picked }}

select
    count(*) as leads,
    count(*) filter (where lead_type = 'call') as calls,
    count(*) filter (where lead_type = 'request') as requests,
    count(*) filter (where {{ is_unfinished }}) as unfinished_calls,
    count(*) filter (where is_unique) as unique_leads,
    count(is_unique) as uniqueness_known,
    count(*) filter (where is_target) as target_leads,
    count(is_target) as target_known,
    count(*) filter (where is_unique_target) as unique_target_leads,
    count(is_unique_target) as unique_target_known,
    count(*) filter (where {{ is_missed }}) as missed_calls,
    count(*) filter (where {{ is_ended_call }}) as ended_calls,
    count(distinct person) as people,
    count(*) - count(person) as leads_of_nobody
from picked;
