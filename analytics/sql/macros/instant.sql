-- Unix seconds up to the year 9999.
create or replace temp macro instant(written) as
    case
        when whole_number(written) between 0 and 253402300799
            then to_timestamp(whole_number(written))
    end;
