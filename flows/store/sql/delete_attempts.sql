delete from attempts where operation_id = ?
