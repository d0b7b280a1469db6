update calltouch.lakes set data = %(data)s where number = %(number)s;
