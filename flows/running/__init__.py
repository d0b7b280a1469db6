"""Running: operations that are due are done, step by step, and noted before and after each request.

runner.py     the loop: takes deliveries in, gives what is due to threads
execution.py  one operation, from the first step without a result on
progress.py   how far it has come, and what may be done about it
attempting.py how an attempt is noted, whatever it sends, and what is next
web_step.py   one attempt at one HTTP step
mail_step.py, mail_outlet.py            one attempt at a mail, and the mail server
calltouch_step.py                       Calltouch's steps: which is done how
request_step.py, request_search.py      a request, and looking for one whose outcome is unknown
callback_step.py                        a callback: hours, one client once, so many a day
annotation_step.py                      tags, comments, managers
calltouch_posts.py                      one POST to Calltouch
calltouch_account.py calltouch_turns.py sites, tokens, pace and points
hosts.py      how many web requests a host gets at a time, and when it is left alone
recovery.py   what a crash left
inputs.py     what an operation begins with
"""
