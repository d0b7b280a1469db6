"""What is kept no longer than needed, ended by digest in the night.

plan.py       which deliveries are due, file by file of the archive, and what of them ends
progress.py   which files have nothing left to end, and how far the last run came
work.py       the run: some files a night, then the store made again of them
access_log.py lines of the access log that are too old
"""
