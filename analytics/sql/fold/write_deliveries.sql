-- The new deliveries, and the old ones whose outcome a late delivery has changed.
create or replace temp table rewritten as
select stored.* replace (outcomes.outcome as outcome, outcomes.is_late as is_late)
from digest.deliveries as stored
inner join outcomes using (delivery_id)
where not outcomes.is_new
    and (stored.outcome <> outcomes.outcome or stored.is_late <> outcomes.is_late);

delete from digest.deliveries where delivery_id in (select delivery_id from rewritten);

insert into digest.deliveries
select * from rewritten;

insert into digest.deliveries by name
with misfits as (
    select
        lives.delivery_id,
        list('not ' || parameters.kind || ': ' || carried.field order by carried.field) as misfits
    from carried
    inner join parameters on parameters.parameter = carried.field
    inner join lives using (lead_no, place)
    where not carried.is_fit
    group by lives.delivery_id
),

-- Lists, and what Calltouch does not document, have no column of their own.
odd as (
    select
        spelled.delivery_id,
        to_json(map_from_entries(list((field, null)))) as without,
        to_json(map_from_entries(
            list((field, if(is_nested, written::json, to_json(written))) order by field)
        )) as other
    from spelled
    semi join incoming using (delivery_id)
    left join parameters on parameters.parameter = spelled.field
    where spelled.is_nested or parameters.parameter is null
    group by spelled.delivery_id
)

select
    incoming.* exclude (params) replace (
        coalesce(incoming.outcome, outcomes.outcome) as outcome,
        list_concat(incoming.problems, coalesce(misfits.misfits, [])) as problems
    ),
    coalesce(outcomes.is_late, false) as is_late,
    json_transform(
        if(odd.without is null, params, json_merge_patch(params, odd.without)),
        '{
            "leadtype": "VARCHAR", "id": "VARCHAR", "requestId": "VARCHAR", "changedFields": "VARCHAR",
            "sendingTimestamp": "VARCHAR", "attribution": "VARCHAR", "callphase": "VARCHAR", "ctCallerId": "VARCHAR",
            "fio": "VARCHAR", "callerphone": "VARCHAR", "email": "VARCHAR", "phonenumber": "VARCHAR",
            "subPoolName": "VARCHAR", "redirectNumber": "VARCHAR", "duration": "VARCHAR", "waiting_time": "VARCHAR",
            "calltime": "VARCHAR", "timestamp": "VARCHAR", "requestDate": "VARCHAR", "status": "VARCHAR",
            "statusDetails": "VARCHAR", "unique": "VARCHAR", "targetcall": "VARCHAR", "uniqtargetcall": "VARCHAR",
            "callback": "VARCHAR", "uniquerequest": "VARCHAR", "targetrequest": "VARCHAR", "uniqtargetrequest": "VARCHAR",
            "worktime": "VARCHAR", "pool": "VARCHAR", "rating": "VARCHAR", "comment": "VARCHAR",
            "tags_auto_pr": "VARCHAR", "tags_auto_af": "VARCHAR", "tags_auto_gr": "VARCHAR", "tags_auto_ct": "VARCHAR",
            "tags_auto_pn": "VARCHAR", "tags_manual": "VARCHAR", "tags_api": "VARCHAR", "tags_request": "VARCHAR",
            "callUrl": "VARCHAR", "requestUrl": "VARCHAR", "requestNumber": "VARCHAR", "subject": "VARCHAR",
            "callback_request_id": "VARCHAR", "callback_final_attempt": "VARCHAR", "sip_call_id": "VARCHAR", "callReferenceNumber": "VARCHAR",
            "reclink": "VARCHAR", "orderId": "VARCHAR", "siteId": "VARCHAR", "siteName": "VARCHAR",
            "text": "VARCHAR", "manager": "VARCHAR", "spam": "VARCHAR", "ctClientId": "VARCHAR",
            "ctGlobalId": "VARCHAR", "source": "VARCHAR", "medium": "VARCHAR", "utm_source": "VARCHAR",
            "utm_medium": "VARCHAR", "utm_campaign": "VARCHAR", "utm_content": "VARCHAR", "utm_term": "VARCHAR",
            "add_url_params": "VARCHAR", "gcid": "VARCHAR", "yaClientId": "VARCHAR", "sessionId": "VARCHAR",
            "hostname": "VARCHAR", "url": "VARCHAR", "attrs": "VARCHAR", "ref": "VARCHAR",
            "city": "VARCHAR", "browser": "VARCHAR", "os": "VARCHAR", "device": "VARCHAR",
            "ip": "VARCHAR", "userAgent": "VARCHAR"
        }'
    ) as sent,
    odd.other
from incoming
left join odd using (delivery_id)
left join outcomes using (delivery_id)
left join misfits using (delivery_id)
order by incoming.delivery_id;
