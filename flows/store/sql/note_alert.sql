-- One more failure of a group.
insert into alerts (flow, step, host, reason, first_at, last_at, failures, operations)
values (?, ?, ?, ?, ?, ?, 1, ?)
on conflict (flow, step, host, reason) do update set
    last_at = max(last_at, excluded.last_at),
    failures = max(failures, 0) + 1,
    operations = excluded.operations
