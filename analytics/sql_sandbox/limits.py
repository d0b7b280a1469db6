"""What a statement may take."""

from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """`memory`: bytes that DuckDB takes for a statement; the process may take a few times as much
    of the address space, and not more. `answer`: bytes of rows that are sent."""

    seconds: float = 30
    rows: int = 100_000
    memory: int = 512 * MEGABYTE
    answer: int = 128 * MEGABYTE
    threads: int = 2

    @property
    def kill_after(self) -> float:
        """DuckDB is asked to stop first, and does not always hear it."""
        return self.seconds + 3

    @property
    def address_space(self) -> int:
        return 512 * MEGABYTE + 2 * self.memory

    @property
    def cpu_seconds(self) -> int:
        return int(self.kill_after * self.threads) + 1
