create table lost_deliveries (
    first_id bigint not null,
    last_id bigint not null,
    day date,
    reason varchar not null
);

comment on table lost_deliveries is 'Доставки, потерянные безвозвратно: приняты командой rebuild --accept-loss | Deliveries permanently lost by the archive, as accepted with rebuild --accept-loss';
comment on column lost_deliveries.first_id is 'Первая из потерянных | First lost delivery';
comment on column lost_deliveries.last_id is 'Последняя из потерянных | Last lost delivery';
comment on column lost_deliveries.day is 'День приёма, UTC; NULL, если неизвестен | Day of receipt, UTC; NULL if unknown';
comment on column lost_deliveries.reason is 'Что случилось | What happened';
