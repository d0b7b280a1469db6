-- Operations about a phone or an e-mail address, the newest first: `contact_hash` holds the hashes of
-- all that it knows, with blanks between. :hashes are those of one contact, likewise.
select operation_id
from operations
where contact_hash <> '' and :hashes <> ''
    and (instr(contact_hash, substr(:hashes, 1, 64)) > 0 or instr(contact_hash, substr(:hashes, -64)) > 0)
order by operation_id desc
limit :at_most;
