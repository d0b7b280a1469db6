-- Every parameter that Calltouch documents or was seen to send.
--
-- kind: what its value must look like; 'list' is a list of objects.
-- part: 'envelope' says which lead and when, and is no field of the lead; 'traffic' is kept per
--       attribution model; 'lead' is the rest.
-- is_compared: whether a new value is a change. Calltouch makes a new recording link for every
--       sending.
-- is_webhook_only: the API does not know it, so an API record that lacks it says nothing.
-- gives_way: the API words it otherwise, or rounds it, so its value counts only while no webhook has
--       carried one.
-- tag_category: set for parameters that hold tags.
create or replace temp table parameters as
select *, parameter in ('statusDetails', 'ctClientId') as gives_way
from (
    values
        ('leadtype', 'text', 'envelope', false, false, null),
        ('id', 'text', 'envelope', false, false, null),
        ('requestId', 'text', 'envelope', false, false, null),
        ('changedFields', 'text', 'envelope', false, false, null),
        ('sendingTimestamp', 'text', 'envelope', false, false, null),
        ('attribution', 'text', 'envelope', false, false, null),

        ('callphase', 'text', 'lead', true, false, null),
        ('ctCallerId', 'text', 'lead', true, false, null),
        ('fio', 'text', 'lead', true, false, null),
        ('callerphone', 'text', 'lead', true, false, null),
        ('email', 'text', 'lead', true, false, null),
        ('phonenumber', 'text', 'lead', true, false, null),
        ('subPoolName', 'text', 'lead', true, false, null),
        ('redirectNumber', 'text', 'lead', true, false, null),
        ('duration', 'integer', 'lead', true, false, null),
        ('waiting_time', 'integer', 'lead', true, false, null),
        ('calltime', 'local time', 'lead', true, false, null),
        ('timestamp', 'instant', 'lead', true, false, null),
        ('requestDate', 'local time', 'lead', true, false, null),
        ('status', 'text', 'lead', true, false, null),
        ('statusDetails', 'text', 'lead', true, false, null),
        ('unique', 'true or false', 'lead', true, false, null),
        ('targetcall', 'target or non-target', 'lead', true, false, null),
        ('uniqtargetcall', 'uniqtarget or non-uniqtarget', 'lead', true, false, null),
        ('callback', 'callback or non-callback', 'lead', true, false, null),
        ('uniquerequest', 'true or false', 'lead', true, false, null),
        ('targetrequest', 'target or non-target', 'lead', true, false, null),
        ('uniqtargetrequest', 'uniqtarget or non-uniqtarget', 'lead', true, false, null),
        ('worktime', 'worktime or non-worktime', 'lead', true, true, null),
        ('pool', 'text', 'lead', true, false, null),
        ('rating', 'smallint', 'lead', true, true, null),
        ('comment', 'list', 'lead', true, false, null),
        ('tags_auto_pr', 'text', 'lead', true, false, 'auto_pr'),
        ('tags_auto_af', 'text', 'lead', true, false, 'auto_af'),
        ('tags_auto_gr', 'text', 'lead', true, false, 'auto_gr'),
        ('tags_auto_ct', 'text', 'lead', true, false, 'auto_ct'),
        ('tags_auto_pn', 'text', 'lead', true, false, 'auto_pn'),
        ('tags_manual', 'text', 'lead', true, false, 'manual'),
        ('tags_api', 'text', 'lead', true, false, 'api'),
        ('tags_request', 'text', 'lead', true, false, 'request'),
        ('callUrl', 'text', 'lead', true, false, null),
        ('requestUrl', 'text', 'lead', true, false, null),
        ('requestNumber', 'text', 'lead', true, false, null),
        ('subject', 'text', 'lead', true, false, null),
        ('callback_request_id', 'text', 'lead', true, false, null),
        ('callback_final_attempt', 'text', 'lead', true, false, null),
        ('sip_call_id', 'text', 'lead', true, false, null),
        ('callReferenceNumber', 'text', 'lead', true, false, null),
        ('reclink', 'text', 'lead', false, true, null),
        ('orderId', 'text', 'lead', true, false, null),
        ('siteId', 'bigint', 'lead', true, false, null),
        ('siteName', 'text', 'lead', true, false, null),
        ('text', 'list', 'lead', true, false, null),
        ('manager', 'text', 'lead', true, false, null),
        ('spam', 'true or false', 'lead', true, true, null),
        ('ctClientId', 'text', 'lead', true, false, null),
        ('ctGlobalId', 'text', 'lead', true, false, null),

        ('source', 'text', 'traffic', true, false, null),
        ('medium', 'text', 'traffic', true, false, null),
        ('utm_source', 'text', 'traffic', true, false, null),
        ('utm_medium', 'text', 'traffic', true, false, null),
        ('utm_campaign', 'text', 'traffic', true, false, null),
        ('utm_content', 'text', 'traffic', true, false, null),
        ('utm_term', 'text', 'traffic', true, false, null),
        ('add_url_params', 'list', 'traffic', true, false, null),
        ('gcid', 'text', 'traffic', true, false, null),
        ('yaClientId', 'text', 'traffic', true, false, null),
        ('sessionId', 'bigint', 'traffic', true, false, null),
        ('hostname', 'text', 'traffic', true, false, null),
        ('url', 'text', 'traffic', true, false, null),
        ('attrs', 'text', 'traffic', true, false, null),
        ('ref', 'text', 'traffic', true, false, null),
        ('city', 'text', 'traffic', true, false, null),
        ('browser', 'text', 'traffic', true, false, null),
        ('os', 'text', 'traffic', true, false, null),
        ('device', 'text', 'traffic', true, false, null),
        ('ip', 'text', 'traffic', true, false, null),
        ('userAgent', 'text', 'traffic', true, false, null)
) as known (parameter, kind, part, is_compared, is_webhook_only, tag_category);
