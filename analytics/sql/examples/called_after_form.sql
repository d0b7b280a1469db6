select
    requests.subject,
    count(*) as requests,
    count(*) filter (where calls.happened_at <= requests.happened_at + interval 1 day) as called,
    median(epoch(calls.happened_at) - epoch(requests.happened_at))
        filter (where calls.happened_at <= requests.happened_at + interval 1 day) / 60 as minutes
from requests
asof left join calls
    on calls.person = requests.person
        and calls.happened_at > requests.happened_at
where requests.day between {{ first | literal }} and {{ last | literal }}
group by requests.subject
order by requests desc, requests.subject;
