"""The least a receiver made with Flask can do: answer OK. It keeps nothing."""

from flask import Flask

app = Flask(__name__, static_folder=None)


@app.post("/webhook")
def receive_webhook() -> str:
    return "OK"
