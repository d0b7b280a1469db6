-- Whether a value is of the kind its parameter has (see fold/parameters.sql). No value always is.
create or replace temp macro fits(kind, written) as
    written is null
    or coalesce(
        case kind
            when 'text' then true
            when 'integer' then whole_number(written) between -2147483648 and 2147483647
            when 'bigint' then whole_number(written) is not null
            when 'smallint' then whole_number(written) between -32768 and 32767
            when 'instant' then instant(written) is not null
            when 'local time' then local_time(written) is not null
            when 'true or false' then written in ('true', 'false')
            when 'target or non-target' then written in ('target', 'non-target')
            when 'uniqtarget or non-uniqtarget' then written in ('uniqtarget', 'non-uniqtarget')
            when 'callback or non-callback' then written in ('callback', 'non-callback')
            when 'worktime or non-worktime' then written in ('worktime', 'non-worktime')
            when '0 or 1' then written in ('0', '1')
        end,
        false
    );
