{# Of leads, each of them once. All of these may be added up over any rows. Tools take a BIGINT for a
   number, and the HUGEINT of a sum for a text. -#}
count(*) as leads,
    count(*) filter (where is_unique) as unique_leads,
    count(is_unique) as uniqueness_known,
    count(*) filter (where is_target) as target_leads,
    count(is_target) as target_known,
    count(*) filter (where is_unique_target) as unique_target_leads,
    count(is_unique_target) as unique_target_known,
    count(*) filter (where is_spam) as spam,
    count(is_spam) as spam_known,
    count(*) filter (where {{ is_unfinished }}) as unfinished_calls,
    count(*) filter (where {{ is_ended_call }}) as ended_calls,
    count(*) filter (where {{ is_answered }}) as answered_calls,
    count(*) filter (where {{ is_missed }}) as missed_calls,
    coalesce(sum(duration) filter (where {{ is_answered }}), 0)::bigint as talk_seconds,
    count(duration) filter (where {{ is_answered }}) as talk_known,
    coalesce(sum(waiting_time) filter (where {{ is_answered }}), 0)::bigint as waiting_seconds,
    count(waiting_time) filter (where {{ is_answered }}) as waiting_known
