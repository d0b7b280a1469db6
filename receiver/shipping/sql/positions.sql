select segment, shipped from shipping.segments where segment = any(%(segments)s)
