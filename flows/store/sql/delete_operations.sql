delete from operations where operation_id = ?
