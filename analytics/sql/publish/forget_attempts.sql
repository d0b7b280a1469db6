delete from flow_attempts where operation_id in (select operation_id from noted);
