create schema digest;

create table digest.positions (
    segment varchar not null,
    position bigint not null
);

comment on table digest.positions is 'Служебная: до какого места прочитан каждый файл inbox | Internal: how far each inbox segment has been digested';
comment on column digest.positions.segment is 'Имя файла | Name of the segment file';
comment on column digest.positions.position is 'Смещение после последней учтённой доставки, байты | Offset after the last digested delivery, bytes';

create table digest.basis (
    name varchar not null,
    value varchar not null
);

comment on table digest.basis is 'Служебная: настройки и версия, с которыми построены таблицы; при изменении хранилище пересобирается | Internal: settings and version the tables were built with; a change triggers a rebuild';
comment on column digest.basis.name is 'Название | Name';
comment on column digest.basis.value is 'Значение | Value';

-- A cache that saves rereading all deliveries of a long lead for each new one. Missing rows are
-- rebuilt from the deliveries.
create table digest.lead_facts (
    lead_type varchar not null,
    lead_id bigint not null,
    facts varchar not null
);

create table digest.lead_states (
    lead_type varchar not null,
    lead_id bigint not null,
    sort_key bigint not null,
    delivery_id bigint not null,
    size bigint not null,
    state blob not null
);

comment on table digest.lead_facts is 'Служебная, кэш: не зависящие от порядка сведения о лиде с большим числом доставок | Internal cache: order-independent facts about a lead with many deliveries';
comment on column digest.lead_facts.lead_type is 'call — звонок, request — заявка | call or request';
comment on column digest.lead_facts.lead_id is 'ID звонка или заявки | Call or request ID';
comment on column digest.lead_facts.facts is 'Счётчики, моменты и место последней доставки, JSON | Counters, times and the position of the last delivery, JSON';
comment on table digest.lead_states is 'Служебная, кэш: состояние такого лида после некоторых его доставок | Internal cache: state of such a lead after some of its deliveries';
comment on column digest.lead_states.lead_type is 'call — звонок, request — заявка | call or request';
comment on column digest.lead_states.lead_id is 'ID звонка или заявки | Call or request ID';
comment on column digest.lead_states.sort_key is 'Место этой доставки среди доставок лида (deliveries) | Position of that delivery among those of the lead (deliveries)';
comment on column digest.lead_states.delivery_id is 'Доставка, после которой лид был в этом состоянии | The delivery that led to this state';
comment on column digest.lead_states.size is 'Размер состояния до сжатия, байты | Size of the state before compression, bytes';
comment on column digest.lead_states.state is 'Состояние: JSON, сжатый zstd | State: JSON compressed with zstd';
