"""Why something cannot be done, in one word that people search for, and where."""


class FlowRefusal(ValueError):
    """`reason`: a word of the public contract, like `missing-field`. `at`: the placeholder, or the
    place in a text. `hint`: what to write instead. No value that came in is quoted."""

    def __init__(self, reason: str, at: str = "", hint: str = "") -> None:
        super().__init__(": ".join(part for part in (reason, at, hint) if part))
        self.reason = reason
        self.at = at
        self.hint = hint
