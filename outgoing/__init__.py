"""Web requests to strangers: where they may go, how far they got, when they must end.

guard.py      which address may be spoken to; checked once, and connected to as checked
networks.py   which IP addresses are public
"""
