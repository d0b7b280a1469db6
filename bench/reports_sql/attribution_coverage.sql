-- Every lead came in the model that it says.
select
    count(*) as leads,
    count(*) filter (where attribution_model = 0) as by_model_0,
    count(*) filter (where attribution_model = 1) as by_model_1,
    count(*) filter (
        where coalesce(utm_source, utm_medium, utm_campaign, utm_content, utm_term) is null
    ) as without_utm
from leads
where day between $from and $to;
