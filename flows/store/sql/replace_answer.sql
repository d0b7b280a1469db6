update bodies set body = ?
where operation_id = ? and step = ? and attempt = ? and part = 'answer'
