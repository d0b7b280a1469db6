-- Besides the tables of every store: which leads it answers for, what the fold says of their
-- deliveries, and how far the file went from which they were folded.
create table touched (
    lead_type varchar not null,
    lead_id bigint not null
);

-- Not folded again: the client's previous lead was another one.
create table relinked (
    lead_type varchar not null,
    lead_id bigint not null
);

create table refolded_deliveries (
    delivery_id bigint not null,
    sort_key bigint not null,
    outcome varchar not null,
    is_late boolean not null,
    problems varchar[] not null
);

create table reached (
    last_id bigint not null,
    deliveries bigint not null
);

insert into reached values (0, 0);
