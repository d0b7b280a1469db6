-- In PostgreSQL.
drop schema if exists {{ schema }} cascade;
