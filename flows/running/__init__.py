"""Running: operations that are due are done, step by step, and noted before and after each request.

runner.py     the loop: takes deliveries in, gives what is due to threads
execution.py  one operation, from the first step without a result on
progress.py   how far it has come, and what may be done about it
web_step.py   one attempt at one HTTP step
hosts.py      how many web requests a host gets at a time, and when it is left alone
recovery.py   what a crash left
inputs.py     what an operation begins with
"""
