"""What a posted form of the editor asks for: a text, and something to do with it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from tomlkit.exceptions import TOMLKitError

from dashboards.pages.flow_editor.definition_form import with_posted
from dashboards.pages.flow_editor.desk import EditorRefusal, FlowFile, Obstacle
from dashboards.pages.flow_editor.layout import STEPS
from dashboards.pages.flow_editor.step_blocks import (
    NotInBlocks,
    with_step,
    with_step_moved,
    without_step,
)


@dataclass(frozen=True, slots=True)
class PostedEdit:
    """`text`: the whole definition as it was edited; `is_changed`: it is not what was shown.
    `action`: what the button says, with its `argument`."""

    text: str
    is_changed: bool
    action: str
    argument: str


def read_edit(file: FlowFile, posted: Mapping[str, str]) -> PostedEdit:
    """Raises `EditorRefusal` where steps cannot be moved in this text."""
    action, _, argument = posted.get("do", "save").partition(":")
    # What the reader was shown: the file, or what it was before somebody changed it.
    seen = file.text if posted.get("seen") == file.seen else lines_of(posted.get("base", ""))
    try:
        text = _with_steps(_edited(seen, posted), action, argument)
    except (NotInBlocks, TOMLKitError, ValueError):
        raise EditorRefusal(Obstacle.ONLY_TEXT) from None
    return PostedEdit(text, text != seen, action, argument)


def lines_of(text: str) -> str:
    """Browsers send every line end as two characters."""
    return text.replace("\r\n", "\n")


def _edited(seen: str, posted: Mapping[str, str]) -> str:
    if "definition" in posted:
        text = lines_of(posted["definition"])
        return seen if text == lines_of(seen) else text
    return with_posted(seen, posted) if "file.kind" in posted else seen


def _with_steps(text: str, action: str, argument: str) -> str:
    match action:
        case "add" if argument in STEPS:
            return with_step(text, argument)
        case "remove":
            return without_step(text, int(argument))
        case "up":
            return with_step_moved(text, int(argument), -1)
        case "down":
            return with_step_moved(text, int(argument), 1)
    return text
