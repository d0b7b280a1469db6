-- The deliveries of one lead, $lead_type and $lead_id, in order of receipt.
--
-- params: the parameters as JSON text, personal ones among them; without reclink, and with links to
-- recordings under other names blotted out: reclink in any case, and all links to Calltouch.
select
    delivery_id,
    received_at,
    webhook,
    origin,
    method,
    source_ip,
    sent_at,
    attribution_model,
    call_phase,
    changed_fields,
    outcome,
    is_late,
    problems,
    {{ without_links("json_merge_patch(params, '{\"reclink\": null}')::varchar") }} as params
from deliveries
where lead_type = $lead_type and lead_id = $lead_id
order by delivery_id;
