from calltouch.cli import run

run()
