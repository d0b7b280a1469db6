-- How old the answers are.
from freshness;
