-- A host that lost its power must not hold its lock for hours.
select
    set_config('synchronous_commit', 'on', false),
    set_config('idle_session_timeout', '60s', false),
    set_config('idle_in_transaction_session_timeout', '60s', false),
    set_config('statement_timeout', '60s', false),
    set_config('lock_timeout', '10s', false),
    set_config('tcp_keepalives_idle', '10', false),
    set_config('tcp_keepalives_interval', '5', false),
    set_config('tcp_keepalives_count', '3', false)
