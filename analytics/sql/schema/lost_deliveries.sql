create table lost_deliveries (
    first_id bigint not null,
    last_id bigint not null,
    day date,
    reason varchar not null
);

comment on table lost_deliveries is 'Доставки, потерянные архивом навсегда: признано командой rebuild --accept-loss | Deliveries that the archive lost for good, as accepted by rebuild --accept-loss';
comment on column lost_deliveries.first_id is 'Первая из потерянных | First delivery lost';
comment on column lost_deliveries.last_id is 'Последняя из потерянных | Last delivery lost';
comment on column lost_deliveries.day is 'День приёма, UTC; NULL, если неизвестен | Day of receipt, UTC; NULL if not known';
comment on column lost_deliveries.reason is 'Что случилось | What happened';
