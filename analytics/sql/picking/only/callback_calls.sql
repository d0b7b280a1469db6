-- Calls that belong to a callback request.
lead_type = 'call' and callback_request_id is not null
