-- Of the same segment, though later in the order: its host had another name, whose queue is longer.
select segment, first, last, content
from shipping.parcels
where (place is null or place > %(place)s) and segment = %(segment)s and first < %(first)s
order by first
