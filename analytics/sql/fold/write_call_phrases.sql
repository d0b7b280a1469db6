delete from call_phrases
where lead_id in (select lead_id from stored where lead_type = 'call');

insert into call_phrases by name
select * from folded;
