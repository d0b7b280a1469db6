-- The day of each quarter of an hour that the period may touch, in the configured zone. Zones differ
-- from UTC by whole quarters, and looking a quarter up is cheaper than converting every instant.
quarters as (
    select
        epoch_us({{ period_start }}) // 900000000 + passed.range as quarter,
        timezone($timezone, make_timestamptz(quarter * 900000000))::date as day
    from range(($to - $from + 1) * 96 + 8) as passed
)
