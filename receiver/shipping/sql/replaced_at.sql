select to_char(replaced_at, 'YYYY-MM-DD HH24:MI TZ')
from shipping.replaced
where installation = %(installation)s and host = %(host)s
