-- Every lead with the traffic columns of the attribution model 1; NULL where it was not received.
-- A lead that has it has them already: it is the preferred one.
select
    leads.* replace (
        1::smallint as attribution_model,
        if(attribution_model = 1, source, null) as source,
        if(attribution_model = 1, medium, null) as medium,
        if(attribution_model = 1, utm_source, null) as utm_source,
        if(attribution_model = 1, utm_medium, null) as utm_medium,
        if(attribution_model = 1, utm_campaign, null) as utm_campaign,
        if(attribution_model = 1, utm_content, null) as utm_content,
        if(attribution_model = 1, utm_term, null) as utm_term,
        if(attribution_model = 1, session_id, null) as session_id,
        if(attribution_model = 1, hostname, null) as hostname,
        if(attribution_model = 1, url, null) as url,
        if(attribution_model = 1, ref, null) as ref,
        if(attribution_model = 1, gcid, null) as gcid,
        if(attribution_model = 1, ya_client_id, null) as ya_client_id,
        if(attribution_model = 1, attrs, null) as attrs,
        if(attribution_model = 1, city, null) as city,
        if(attribution_model = 1, browser, null) as browser,
        if(attribution_model = 1, os, null) as os,
        if(attribution_model = 1, device, null) as device,
        if(attribution_model = 1, ip, null) as ip,
        if(attribution_model = 1, user_agent, null) as user_agent
    )
from leads
