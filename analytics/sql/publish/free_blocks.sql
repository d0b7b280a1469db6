-- Blocks of the store that may be written to at once.
select free_blocks
from pragma_database_size()
where database_name = current_database();
