-- With what was erased: it is not in the snapshot either.
delete from snapshot.digest.basis;

insert into snapshot.digest.basis by name
select * from published.digest.basis;
