"""Web requests to strangers: where they may go, how far they got, when they must end.

guard.py       which address may be spoken to; checked once, and connected to as checked
networks.py    which IP addresses are public
connection.py  one connection that knows how far it got, and ends at its deadline
sending.py     one web request and its answer
redirects.py   those that are followed because a flow says so
telegram.py    a text or a document from a bot to a chat
packed.py      bodies that come packed though nobody asked for it
"""
