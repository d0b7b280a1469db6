"""The editor's page: a definition, what is wrong with it, and what it would do."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboards.access.gate import current_reader
from dashboards.access.notes import note_shown
from dashboards.pages.flow_editor.definition_form import DefinitionForm, read_form
from dashboards.pages.flow_editor.desk import (
    WHOLE_STEP,
    DefinitionFault,
    EditorRefusal,
    FlowEditor,
    FlowFile,
    FlowSample,
    FlowTrial,
    RehearsalOutcome,
)
from dashboards.pages.flow_editor.field_names import FieldNames
from dashboards.pages.flow_editor.layout import BODIES, IF_ABSENT, OPERATORS, STEPS
from dashboards.pages.flow_editor.placeholders import (
    OfferedField,
    of_sample,
    of_secrets,
    of_source,
    of_steps,
)
from dashboards.pages.flows.page import PAGE as FLOWS
from dashboards.web.reader_request import current_reader_context, render


@dataclass(frozen=True, slots=True)
class EditorQuery:
    """What the URL asks for. `show`: `try` or `on`. `done`: what has just been done. `wait`: the
    operation behind which a sample is waited for."""

    is_text: bool = False
    show: str = ""
    done: str = ""
    wait: int | None = None


@dataclass(frozen=True, slots=True)
class EditorSample:
    """`offered`: what can be put into fields, by the key of the group's title."""

    taken_at: datetime | None
    operation: int | None
    offered: tuple[tuple[str, tuple[OfferedField, ...]], ...]


@dataclass(frozen=True, slots=True)
class SwitchOn:
    """What would be different from the version in force."""

    difference: tuple[str, ...]
    rehearsal: RehearsalOutcome | None


def show_editor(
    desk: FlowEditor,
    name: str,
    query: EditorQuery,
    refusal: EditorRefusal | None = None,
    yours: str | None = None,
) -> str:
    """`yours`: given where the file had been changed meanwhile: what was not written, if any."""
    file = desk.file(name)
    faults = desk.faults(name, file.text)
    form = read_form(file.text, faults)
    is_usable = not any(fault.kind == "error" for fault in faults)
    reader, context = current_reader(), current_reader_context()
    return render(
        "flow_editor/edit.html",
        context,
        page=FLOWS,
        file=file,
        form=form,
        faults=faults,
        rest=_faults_of_no_part(form, faults),
        is_usable=is_usable,
        is_text=query.is_text or form is None,
        query=query,
        names=FieldNames(context.texts),
        refusal=refusal and context.texts(refusal.obstacle, **refusal.values),
        yours=yours,
        can_write=reader.is_admin and file.obstacle is None,
        is_admin=reader.is_admin,
        addresses=desk.addresses(name) if reader.is_admin and form and form.answer else (),
        sample=_sample(desk, file, form),
        trial=_trial(desk, name) if query.show == "try" and is_usable else None,
        switch_on=_switch_on(desk, file) if query.show == "on" and is_usable else None,
        kinds=tuple(STEPS),
        operators=OPERATORS,
        bodies=BODIES,
        if_absent=IF_ABSENT,
        whole_step=WHOLE_STEP,
    )


def _faults_of_no_part(
    form: DefinitionForm | None, faults: Sequence[DefinitionFault]
) -> list[DefinitionFault]:
    """Those that no part of the form can show."""
    parts = () if form is None else (form.top, form.source, form.answer, *form.steps)
    shown = {part.table for part in parts if part is not None}
    return [fault for fault in faults if fault.table not in shown]


def _sample(desk: FlowEditor, file: FlowFile, form: DefinitionForm | None) -> EditorSample:
    found: FlowSample | None = desk.sample(file.name)
    kind = form.source.kind if form else "http"
    groups = (
        ("flow_editor.of_sample", of_sample(found)),
        ("flow_editor.of_steps", of_steps(file.text)),
        ("flow_editor.of_secrets", of_secrets(desk.secret_names())),
        ("flow_editor.of_source", of_source(kind, found is not None)),
    )
    offered = tuple((title, tuple(fields)) for title, fields in groups if fields)
    if found is None:
        return EditorSample(None, None, offered)
    return EditorSample(datetime.fromisoformat(found.taken_at), found.operation, offered)


def _trial(desk: FlowEditor, name: str) -> FlowTrial | None:
    """Shown whole: noted first."""
    trial = desk.trial(name)
    if trial is not None:
        note_shown("flow_trial", f"flow={name}", len(trial.steps))
    return trial


def _switch_on(desk: FlowEditor, file: FlowFile) -> SwitchOn:
    rehearsal = None if file.is_in_force else desk.rehearsal(file.name)
    if rehearsal is not None and rehearsal.parts:
        note_shown("flow_rehearsal", f"flow={file.name}", len(rehearsal.parts))
    return SwitchOn(tuple(_difference(file)), rehearsal)


def _difference(file: FlowFile) -> list[str]:
    before, after = file.in_force.splitlines(), file.text.splitlines()
    return list(difflib.unified_diff(before, after, lineterm="", n=2))[2:]
