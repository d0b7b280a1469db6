-- Of each column of a table of the keyed file: how many values, the least, the largest, how many are
-- NULL.
from (summarize {{ table }});
