select
    count(*) as row_count,
    coalesce(sum(hash(compared)::hugeint), 0) as fingerprint
from query_table($table) as compared;
