-- What a value that came says: Calltouch's markers for "empty" are NULL; "<не заполнено>" says that
-- the tag was there, empty.
create or replace temp macro read_value(sent) as
    case
        when sent in ('null', 'undefined', '', '<не указано>') then null
        when sent = '<не заполнено>' then ''
        else sent
    end;
