insert into snapshot.{{ table }} by name
select * from published.{{ table }};
