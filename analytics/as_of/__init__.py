"""What was known at an instant: of the deliveries received until then, the same tables.

Leads that no delivery has touched since are as the published file has them. The others are folded
again, by the same fold, into a store of their own that lies in a directory of this process; views
over both stand where a reader finds the tables.
"""
