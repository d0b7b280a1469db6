-- Every lead with the traffic columns of the attribution model 0; NULL where it was not received.
select
    leads.* replace (
        0::smallint as attribution_model,
        of_model.source as source,
        of_model.medium as medium,
        of_model.utm_source as utm_source,
        of_model.utm_medium as utm_medium,
        of_model.utm_campaign as utm_campaign,
        of_model.utm_content as utm_content,
        of_model.utm_term as utm_term,
        of_model.session_id as session_id,
        of_model.hostname as hostname,
        of_model.url as url,
        of_model.ref as ref,
        of_model.gcid as gcid,
        of_model.ya_client_id as ya_client_id,
        of_model.attrs as attrs,
        of_model.city as city,
        of_model.browser as browser,
        of_model.os as os,
        of_model.device as device,
        of_model.ip as ip,
        of_model.user_agent as user_agent
    )
from leads
left join lead_attributions as of_model
    on of_model.lead_type = leads.lead_type
        and of_model.lead_id = leads.lead_id
        and of_model.attribution_model = 0
