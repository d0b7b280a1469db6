update calltouch.lakes set state = 'old', changed_at = now()
where state = 'current' and number <> %(number)s;
