delete from bodies where operation_id = ?
