-- Of the last day, what had begun by then.
(day < $to or {{ local_moment }} <= $end)
