select host, number, inbox, segment, first, last, content, place
from shipping.parcels
where place > %(through)s
order by place
limit %(at_most)s
