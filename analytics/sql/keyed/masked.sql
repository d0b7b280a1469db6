-- What texts become that are masked in this way; those that stay as they are are not in it.
create or replace table memory.main."{{ masked_in }}" (
    text varchar not null,
    masked varchar not null
);
