"""What the editor's pages ask for, and do to flows. The factory gives what does it: pages know
nothing of how flows are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from flask import Flask, abort, current_app

WHOLE_STEP = "(the step)"
"""The part of a rehearsal that is a whole request, sent by one of the versions alone."""
_EXTENSION = "flow_editor"


class NoSuchDefinition(Exception):
    """There is no flow of this name, nor a file of one."""


class DefinitionChanged(Exception):
    """The file is no longer the one that the page was made of; nothing was written."""


class Obstacle(StrEnum):
    """Why something cannot be done: the key of the text that says it."""

    BAD_NAME = "flow_editor.bad_name"
    NAME_TAKEN = "flow_editor.name_taken"
    NO_TEMPLATE = "flow_editor.no_template"
    NOT_WRITTEN = "flow_editor.not_written"
    NO_STORE = "flow_editor.no_store"
    MEND_FIRST = "flow_editor.mend_first"
    ONLY_TEXT = "flow_editor.only_text"
    READ_ONLY = "flow_editor.read_only"
    NOT_UTF8 = "flow_editor.not_utf8"


class EditorRefusal(Exception):
    """It cannot be done. `values`: what the text fills in."""

    def __init__(self, obstacle: Obstacle, **values: object) -> None:
        super().__init__(obstacle.value)
        self.obstacle = obstacle
        self.values = values


@dataclass(frozen=True, slots=True)
class ListedDefinition:
    """`version`: the one in force, None where there is none yet."""

    name: str
    title: str
    is_running: bool
    version: int | None


@dataclass(frozen=True, slots=True)
class FlowTemplate:
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class FlowFile:
    """A definition as it lies there, and what is in force. `seen`: changes with every byte of the
    file. `held`: operations that came while it was stopped. `obstacle`: why the file cannot be
    written, None where it can."""

    name: str
    path: str
    text: str
    seen: str
    obstacle: Obstacle | None
    version: int | None
    in_force: str
    is_running: bool
    held: int

    @property
    def is_in_force(self) -> bool:
        return self.version is not None and self.text == self.in_force


@dataclass(frozen=True, slots=True)
class DefinitionFault:
    """`table`: as in the file, `[source]` or `[[steps]] 2`; `key` and `line`: where one says it."""

    table: str
    key: str
    line: int | None
    text: str
    kind: Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class SampleRow:
    """`example` as it came: pages mask it. `placeholder`: empty where none can hold the name."""

    field: str
    type: str
    example: str
    placeholder: str


@dataclass(frozen=True, slots=True)
class FlowSample:
    """`taken_at`: an instant in ISO 8601. `operation`: that it was taken from, else None."""

    taken_at: str
    operation: int | None
    rows: tuple[SampleRow, ...]


@dataclass(frozen=True, slots=True)
class TrialStep:
    """`shown`: what would be sent, with the names of secrets in place of their values."""

    name: str
    kind: str
    shown: str


@dataclass(frozen=True, slots=True)
class FlowTrial:
    """`reason`: of a refusal or a skip; of a stop, the step whose answer is missing. `at`: where it
    ended."""

    steps: tuple[TrialStep, ...]
    end: Literal["done", "skipped", "refused", "stopped"]
    reason: str
    at: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RehearsedPart:
    """A part of a request that would differ: how often, and once how."""

    step: str
    part: str
    times: int
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class RehearsalOutcome:
    """Of old inputs through the version in force and the edited one. `counts`: by verdict."""

    inputs: int
    counts: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]
    parts: tuple[RehearsedPart, ...]


class FlowEditor(Protocol):
    """Raises `NoSuchDefinition` where there is none of that name, `EditorRefusal` where it cannot
    be done. `who`: is noted with what was changed."""

    def definitions(self) -> Sequence[ListedDefinition]: ...

    def templates(self) -> Sequence[FlowTemplate]: ...

    def make(self, name: str, template: str, who: str) -> None:
        """Write the file, and put it in force, stopped."""

    def file(self, name: str) -> FlowFile: ...

    def save(self, name: str, seen: str, text: str) -> None:
        """Raises `DefinitionChanged` where the file is not the one that was seen."""

    def faults(self, name: str, text: str) -> Sequence[DefinitionFault]: ...

    def addresses(self, name: str) -> Sequence[str]:
        """Those that are good now, the newest first; with their keys."""

    def rotate_key(self, name: str, who: str) -> None: ...

    def newest_operation(self, name: str) -> int: ...

    def take_sample(self, name: str, after: int) -> bool:
        """The last delivery of the day, behind that operation; whether there was one."""

    def sample(self, name: str) -> FlowSample | None: ...

    def secret_names(self) -> Sequence[str]: ...

    def trial(self, name: str) -> FlowTrial | None:
        """Of the file with the sample; nothing is sent. None without a sample."""

    def rehearsal(self, name: str) -> RehearsalOutcome | None:
        """Of the last operations. None where no version is in force."""

    def switch_on(self, name: str, seen: str, runs_held: bool, who: str) -> None:
        """Put the file in force and let it run. Raises `DefinitionChanged`."""

    def stop(self, name: str, who: str) -> None: ...


def attach_flow_editor(app: Flask, editor: FlowEditor) -> None:
    app.extensions[_EXTENSION] = editor


def attached_flow_editor() -> FlowEditor | None:
    """None in an application that was given none."""
    editor: FlowEditor | None = current_app.extensions.get(_EXTENSION)
    return editor


def current_flow_editor() -> FlowEditor:
    """Without one there are no such pages."""
    return attached_flow_editor() or abort(404)
