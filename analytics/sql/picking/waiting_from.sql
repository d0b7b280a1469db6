-- Calls that waited at least so many seconds.
waiting_time >= list_min(${{ param }})
