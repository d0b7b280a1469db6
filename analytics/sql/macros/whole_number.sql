-- The number that is written there, NULL for anything else. A bare cast would round 12.7 and read
-- 1e3.
create or replace temp macro whole_number(written) as
    case
        when regexp_full_match(trim(written), '[+-]?[0-9]{1,19}')
            then try_cast(trim(written) as bigint)
    end;
