"""Whether a lead is the person's first of its kind within the uniqueness depth."""

from dataclasses import dataclass


@dataclass(slots=True)
class Uniqueness:
    """One person's known calls, or requests. `depth` and times in seconds."""

    depth: int
    last_at: int | None = None
    last_target_at: int | None = None

    def is_first(self, at: int) -> bool:
        return self.last_at is None or at - self.last_at > self.depth

    def is_first_target(self, at: int) -> bool:
        return self.last_target_at is None or at - self.last_target_at > self.depth

    def note(self, at: int, is_target: bool) -> None:
        self.last_at = at
        if is_target:
            self.last_target_at = at
