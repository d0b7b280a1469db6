"""Receivers on many hosts: what each has synced is handed over in PostgreSQL, numbered, and taken
into one inbox. Deliveries to the addresses of flows go the same way, into the inbox of flows; what
these addresses are goes the other way.

A parcel is a stretch of one segment of a host's inbox, byte for byte. A host numbers its parcels;
whoever takes them gives each a place in one order before it writes anything, so that this order
survives every kill, and a restore. How far a segment is taken is told by the files themselves.

    ledger.py      PostgreSQL: the tables, sessions, what is wrong with them
    parcel.py      a parcel, cut from a segment
    addresses.py   the addresses of flows, from the host that takes to the others
    shipper.py     hands over what the inboxes of this host hold, then deletes it
    taken_files.py the inbox of the host that takes, as parcels are written into it
    journal.py     how far parcels are taken, beside that inbox
    taker.py       takes parcels in their order
    keeping.py     deletes what need not be kept in PostgreSQL any longer
    rounds.py      the loop of both: again and again, with pauses while PostgreSQL is away
    settling.py    waits until all that was handed over is taken
"""
