"""What changed which lead, as a feed."""

from calltouch.dataset.answer import Answer


class Changes(Answer):
    """`cursor`: give it as `since` the next time, to go on behind the last of these rows."""

    def __init__(self, answer: Answer, since: int) -> None:
        rows = answer.arrow()
        super().__init__(rows, lambda: answer.sql)
        ids = rows.column("delivery_id").to_pylist()
        self.cursor: int = ids[-1] if ids else since
