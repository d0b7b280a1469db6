-- How far each segment was ever handed over.
create table if not exists shipping.segments (
    segment text primary key,
    host text not null,
    shipped bigint not null
)
