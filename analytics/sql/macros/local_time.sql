create or replace temp macro local_time(written) as
    try_strptime(trim(written), ['%Y-%m-%d %H:%M:%S', '%Y-%m-%dT%H:%M:%S', '%Y-%m-%d %H:%M']);
