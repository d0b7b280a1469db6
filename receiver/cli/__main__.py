from receiver.cli import run

run()
