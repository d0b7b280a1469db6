delete from results where operation_id = ?
