-- One lead, $lead_type and $lead_id, as it is now: the columns of leads, one row, or none if there
-- is no such lead. What only compares people is left out: person would tell the phone to who may not
-- see it. has_recording stands for the link to the recording, has_transcript says whether
-- its words are known; links to recordings among the parameters in extra are blotted out: reclink in
-- any case, and all links to Calltouch.
select
    * exclude (
        reclink, person, number_id, email_id, canonical_phone, canonical_email,
        {{ turns | join(", ") }}
    ) replace (
        {{ without_links("extra::varchar") }} as extra
    ),
    reclink is not null and not starts_with(reclink, 'erased:') as has_recording,
    lead_type = 'call' and lead_id in (select lead_id from call_phrases) as has_transcript
from leads
where lead_type = $lead_type and lead_id = $lead_id;
