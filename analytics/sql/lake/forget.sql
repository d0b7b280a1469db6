delete from calltouch.lakes where number = %(number)s;
