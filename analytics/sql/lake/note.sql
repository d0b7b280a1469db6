update calltouch.lakes set state = %(state)s, changed_at = now()
where number = %(number)s;
