"""The promise under faults: what was answered 200 is never lost, and the store never lies.

rounds.py      how many rounds each fault is run, and the seed of its chances
load.py        clients that send numbered deliveries, and which numbers were kept
table.py       the figures of each test, and the table that `make faults` prints
sabotage/      ways to break the promise on purpose: a test that cannot see them proves nothing
durability/    killed processes, power cuts, full and failing disks, restarts, torn segments
hostile/       slow clients, broken and hostile requests, forged addresses, secrets in logs
duckdb/        a store that is killed, damaged, deleted, replaced
archive/       archive files that are deleted, cut, flipped; kills at every step of archiving
backup/        backups under load, killed, carried away and brought back
"""
