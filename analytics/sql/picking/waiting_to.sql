-- Calls that waited at most so many seconds.
waiting_time <= list_max(${{ param }})
