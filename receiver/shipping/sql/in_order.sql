select host, number, inbox, place, segment, first, last, content
from shipping.parcels
where place > %(through)s
order by place
limit %(at_most)s
