create table if not exists flows (
    name text primary key,
    running integer not null,
    version integer not null,
    changed_at text not null,
    changed_by text not null
);

create table if not exists versions (
    flow text not null,
    version integer not null,
    definition text not null,
    sha256 text not null,
    made_at text not null,
    made_by text not null,
    note text not null,
    primary key (flow, version)
);

create table if not exists addresses (
    flow text not null,
    key text not null unique,
    made_at text not null,
    valid_until text
);

create table if not exists positions (segment text primary key, position integer not null);

create table if not exists cursors (name text primary key, value text not null);

create table if not exists operations (
    operation_id integer primary key,
    flow text not null,
    version integer not null,
    source text not null,
    state text not null,
    reason text not null default '',
    text text not null default '',
    received_at text not null,
    due_at real,
    finished_at text,
    step integer not null default 0,
    tries integer not null default 0,
    order_key text not null default '',
    lead_type text,
    lead_id integer,
    delivery_id integer,
    replay_of integer,
    nonce text not null,
    notes text not null default '[]',
    contact_hash text not null default '',
    change integer not null default 0
);

-- The query has to say state = 'waiting', or this index is not used.
create index if not exists operations_due on operations (due_at) where state = 'waiting';

-- One flow's alone: others have their share of the threads while it has thousands that wait.
create index if not exists operations_due_of_flows on operations (flow, due_at)
where state = 'waiting';

create index if not exists operations_ordered on operations (flow, order_key, operation_id)
where state in ('waiting', 'running', 'behind');

create index if not exists operations_undecided on operations (flow, order_key)
where state in ('failed', 'unknown');

create index if not exists operations_changed on operations (change);

create index if not exists operations_of_leads on operations (lead_type, lead_id);

create index if not exists operations_of_flows on operations (flow, received_at);

create index if not exists operations_held on operations (flow, reason) where state = 'held';

-- Read from one end to the other: an operation may hold several hashes.
create index if not exists operations_of_contacts on operations (operation_id, contact_hash)
where contact_hash <> '';

create table if not exists seen_keys (
    flow text not null,
    key_hash text not null,
    operation_id integer not null,
    first_at text not null,
    last_at text not null,
    times integer not null,
    primary key (flow, key_hash)
);

create index if not exists seen_keys_of_operations on seen_keys (operation_id);

create table if not exists results (
    operation_id integer not null,
    step integer not null,
    state text not null,
    value text not null,
    primary key (operation_id, step)
);

create table if not exists attempts (
    operation_id integer not null,
    step integer not null,
    attempt integer not null,
    begun_at text not null,
    ended_at text,
    phase text not null default '',
    outcome text not null default '',
    status integer,
    reason text not null default '',
    host text not null,
    method text not null,
    bytes_out integer not null default 0,
    bytes_in integer not null default 0,
    primary key (operation_id, step, attempt)
);

create table if not exists bodies (
    operation_id integer not null,
    step integer not null,
    attempt integer not null,
    part text not null,
    body blob not null,
    kept_until text,
    primary key (operation_id, step, attempt, part)
);

-- Numbers of requests that we have created in Calltouch: they come back as leads.
create table if not exists made_requests (request_number text primary key, made_at text not null);

-- Callbacks that were or may have been ordered. `callback_request_id` is Calltouch's, by which the
-- call that one caused is known.
create table if not exists callbacks (
    operation_id integer not null,
    step integer not null,
    phone_hmac text not null,
    at real not null,
    callback_request_id integer,
    primary key (operation_id, step)
);

create index if not exists callbacks_of_phones on callbacks (phone_hmac, at);

create index if not exists callbacks_by_time on callbacks (at);

create index if not exists callbacks_by_request on callbacks (callback_request_id);

create index if not exists operations_replayed on operations (replay_of)
where replay_of is not null;

-- A delivery whose fields the author of a flow looks at; one a flow.
create table if not exists samples (
    flow text primary key,
    taken_at text not null,
    origin text not null,
    input blob not null
);

-- Hosts that are left alone, until when in Unix seconds. Alerts were kept here until 0.2.
create table if not exists closed_hosts (host text primary key, until real not null);

drop table if exists alerts;

drop table if exists alert_mails;
