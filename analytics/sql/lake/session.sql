-- In PostgreSQL: a host that lost its power must not hold its lock for hours.
select
    set_config('tcp_keepalives_idle', '10', false),
    set_config('tcp_keepalives_interval', '5', false),
    set_config('tcp_keepalives_count', '3', false);
