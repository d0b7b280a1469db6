-- By name: the columns of a table may have come in another order.
insert into {{ target }} by name
select * from {{ source }};
