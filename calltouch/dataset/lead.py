"""One lead: what is known of it now, and how it came to be so."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from calltouch.dataset.answer import Answer
from calltouch.dataset.problems import NoSuchLead

if TYPE_CHECKING:
    import pandas


class Lead:
    """`state`: its columns. The frames are read when they are asked for."""

    def __init__(self, lead_type: str, lead_id: int, ask: Callable[[str], Answer]) -> None:
        self.lead_type = lead_type
        self.lead_id = lead_id
        self._ask = ask
        rows = ask("lead_card").arrow().to_pylist()
        if not rows:
            raise NoSuchLead(f"Calltouch has sent no {lead_type} with the id {lead_id}")
        self.state: dict[str, Any] = rows[0]

    @cached_property
    def history(self) -> "pandas.DataFrame":
        """Deliveries and the changes that each made, in the order of the fold."""
        return self._ask("lead").df()

    @cached_property
    def deliveries(self) -> "pandas.DataFrame":
        """As they were received, with their parameters."""
        return self._ask("lead_deliveries").df()

    @cached_property
    def attributions(self) -> "pandas.DataFrame":
        """What both models say, field by field."""
        return self._ask("lead_attribution").df()

    @cached_property
    def tags(self) -> "pandas.DataFrame":
        return self._ask("lead_tags_now").df()

    @cached_property
    def comments(self) -> "pandas.DataFrame":
        return self._ask("lead_comments_now").df()

    @cached_property
    def others(self) -> "pandas.DataFrame":
        """Other leads of the same person."""
        return self._ask("other_leads").df()

    def __repr__(self) -> str:
        return f"<{self.lead_type} {self.lead_id} of {self.state.get('happened_at')}>"
