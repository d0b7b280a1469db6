insert into lead_attributions by name
from traffic;
