-- In PostgreSQL: of one transaction.
set local lock_timeout = '2s';
