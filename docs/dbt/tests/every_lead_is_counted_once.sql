-- The mart has as many leads as the file: a join that multiplied would show here.
with counted as (select sum(leads) as leads from {{ ref('leads_by_source') }}),
expected as (select count(*) as leads from {{ source('calltouch', 'leads') }})
select counted.leads, expected.leads as expected
from counted, expected
where counted.leads is distinct from expected.leads
