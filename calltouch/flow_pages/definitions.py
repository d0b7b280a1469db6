"""What the editor's pages do to definitions: the same files and the same store as the commands."""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from calltouch.flow_pages.definition_files import (
    bytes_of,
    locked,
    refusing_files,
    refusing_store,
    why_not_writable,
)
from calltouch.flow_pages.rehearsals import outcome_of
from calltouch.flow_pages.trials import (
    FROM_OPERATION,
    operation_of,
    recorded_answers,
    shown_sample,
    trial_of,
)
from dashboards.pages.flow_editor.desk import (
    DefinitionChanged,
    DefinitionFault,
    EditorRefusal,
    FlowFile,
    FlowSample,
    FlowTemplate,
    FlowTrial,
    ListedDefinition,
    NoSuchDefinition,
    Obstacle,
    RehearsalOutcome,
)
from flows.addresses import flow_address, write_addresses
from flows.deciding import held_while_stopped, settle_held
from flows.definition.checks import NAME
from flows.definition.flow import Flow
from flows.definition.reading import read_flow
from flows.filling.filters import FilterSettings
from flows.ready_made import template_names, template_text
from flows.rehearsal import Span, rehearse
from flows.rendering import render
from flows.sample import (
    Sample,
    fits_source,
    newest_operation,
    sample_of,
    sample_warnings,
    save_sample,
    values_of,
)
from flows.store.definitions import (
    NoSuchFlow,
    StoredFlow,
    apply_definition,
    keys_of,
    rotate_key,
    set_running,
    stored_flow,
    stored_flows,
)
from flows.store.writer import Change, StoreWriter, T, open_store
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings
from receiver.whole_file import replace_file

REHEARSED = 100
_KEY_OVERLAP = timedelta(days=7)
# A file of this name would have its page where new flows are made.
_TAKEN_NAMES = ("new",)


class DefinitionFiles:
    """A `FlowEditor`. `receiver_url`: how the world reaches the receiver, without a path."""

    def __init__(self, settings: Settings, receiver_url: str) -> None:
        self._settings = settings
        self._place = DataDir(settings.data_dir)
        self._receiver_url = receiver_url

    def definitions(self) -> Sequence[ListedDefinition]:
        with self._reading() as db:
            stored = {flow.name: flow for flow in stored_flows(db)} if db else {}
        paths = self._settings.definitions_dir.glob("*.toml")
        names = {*stored, *(path.stem for path in paths if NAME.fullmatch(path.stem))}
        return [self._listed(name, stored.get(name)) for name in sorted(names)]

    def templates(self) -> Sequence[FlowTemplate]:
        flows = {name: read_flow(name, template_text(name)).flow for name in template_names()}
        return [FlowTemplate(name, flow.title if flow else name) for name, flow in flows.items()]

    def make(self, name: str, template: str, who: str) -> None:
        if not NAME.fullmatch(name) or name in _TAKEN_NAMES:
            raise EditorRefusal(Obstacle.BAD_NAME)
        if template not in template_names():
            raise EditorRefusal(Obstacle.NO_TEMPLATE)
        text, path = template_text(template), self._path(name)
        with refusing_files(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with path.open("x", encoding="utf-8") as file:
                    file.write(text)
            except FileExistsError:
                raise EditorRefusal(Obstacle.NAME_TAKEN, name=name) from None
        now = _now()
        self._write(lambda db: apply_definition(db, name, text, now, who))

    def file(self, name: str) -> FlowFile:
        path, stored = self._path(name), self._stored(name)
        held = 0
        if stored is not None:
            with self._reading() as db:
                held = held_while_stopped(db, name) if db else 0
        raw = bytes_of(path)
        if raw is None and stored is None:
            raise NoSuchDefinition(name)
        in_force = stored.definition if stored else ""
        return FlowFile(
            name=name,
            path=str(path),
            text=in_force if raw is None else raw.decode("utf-8", "replace"),
            seen="" if raw is None else hashlib.sha256(raw).hexdigest(),
            obstacle=why_not_writable(path, raw),
            version=stored.version if stored else None,
            in_force=in_force,
            is_running=stored is not None and stored.is_running,
            held=held,
        )

    def save(self, name: str, seen: str, text: str) -> None:
        path = self._path(name).resolve()
        with refusing_files(path), locked(path.parent):
            file = self.file(name)
            if file.obstacle is not None:
                raise EditorRefusal(file.obstacle, path=file.path)
            if file.seen != seen:
                raise DefinitionChanged
            replace_file(path, text, keeps_mode=True)

    def faults(self, name: str, text: str) -> Sequence[DefinitionFault]:
        read = read_flow(name, text)
        with self._reading() as db:
            warnings = sample_warnings(db, read.flow) if db and read.flow else ()
        return [
            DefinitionFault(problem.table, problem.key, problem.line, problem.text, problem.kind)
            for problem in (*read.problems, *warnings)
        ]

    def addresses(self, name: str) -> Sequence[str]:
        with self._reading() as db:
            keys = keys_of(db, name, _now()) if db else []
        return [flow_address(self._receiver_url, name, key) for key in keys]

    def rotate_key(self, name: str, who: str) -> None:
        now = _now()

        def change(db: sqlite3.Connection) -> None:
            stored_flow(db, name)
            rotate_key(db, name, now, _KEY_OVERLAP)

        self._write(change)

    def newest_operation(self, name: str) -> int:
        with self._reading() as db:
            found = newest_operation(db, name) if db else None
        return found[0] if found else 0

    def take_sample(self, name: str, after: int) -> bool:
        day = (_now() - timedelta(days=1)).isoformat()
        with self._reading() as db:
            found = newest_operation(db, name, after, day) if db else None
        if found is None:
            return False
        operation_id, stored = found
        sample = Sample(name, _now().isoformat(), f"{FROM_OPERATION}{operation_id}", stored)
        self._write(lambda db: save_sample(db, sample))
        return True

    def sample(self, name: str) -> FlowSample | None:
        flow = self._edited(name) or self._in_force(name)
        found = self._sample(name, flow)
        if flow is None or found is None:
            return None
        return shown_sample(flow, found)

    def secret_names(self) -> Sequence[str]:
        return sorted(self._settings.secrets)

    def trial(self, name: str) -> FlowTrial | None:
        flow = self._correct(name)
        sample = self._sample(name, flow)
        if sample is None:
            return None
        operation_id = operation_of(sample)
        with self._reading() as db:
            answers = recorded_answers(db, operation_id) if db and operation_id else {}
        values = values_of(flow, sample.input, operation_id or 0)
        return trial_of(render(flow, values, answers, self._filters()))

    def rehearsal(self, name: str) -> RehearsalOutcome | None:
        after, before = self._correct(name), self._in_force(name)
        with self._reading() as db:
            if before is None or db is None:
                return None
            return outcome_of(rehearse(db, before, after, Span(REHEARSED), self._filters()))

    def switch_on(self, name: str, seen: str, runs_held: bool, who: str) -> None:
        file, flow, now = self.file(name), self._correct(name), _now()
        if file.obstacle is Obstacle.NOT_UTF8:
            raise EditorRefusal(file.obstacle, path=file.path)
        if file.seen != seen:
            raise DefinitionChanged

        def change(db: sqlite3.Connection) -> None:
            apply_definition(db, name, file.text, now, who)
            if not stored_flow(db, name).is_running:
                set_running(db, name, True, now, who)
                settle_held(db, name, flow.source.max_age, runs_held, now, who)

        self._write(change)

    def stop(self, name: str, who: str) -> None:
        now = _now()
        self._write(lambda db: set_running(db, name, False, now, who))

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise NoSuchDefinition(name)
        return self._settings.definitions_dir / f"{name}.toml"

    def _listed(self, name: str, stored: StoredFlow | None) -> ListedDefinition:
        raw = bytes_of(self._path(name))
        text = raw.decode("utf-8", "replace") if raw is not None else ""
        flow = read_flow(name, text).flow
        if flow is None and stored is not None:
            flow = read_flow(name, stored.definition).flow
        is_running = stored is not None and stored.is_running
        version = stored.version if stored else None
        return ListedDefinition(name, flow.title if flow else name, is_running, version)

    def _stored(self, name: str) -> StoredFlow | None:
        with self._reading() as db:
            try:
                return stored_flow(db, name) if db else None
            except NoSuchFlow:
                return None

    def _edited(self, name: str) -> Flow | None:
        return read_flow(name, self.file(name).text).flow

    def _correct(self, name: str) -> Flow:
        flow = self._edited(name)
        if flow is None:
            raise EditorRefusal(Obstacle.MEND_FIRST)
        return flow

    def _in_force(self, name: str) -> Flow | None:
        stored = self._stored(name)
        return read_flow(name, stored.definition).flow if stored else None

    def _sample(self, name: str, flow: Flow | None) -> Sample | None:
        with self._reading() as db:
            sample = sample_of(db, name) if db else None
        return sample if sample and flow and fits_source(flow, sample) else None

    def _filters(self) -> FilterSettings:
        return FilterSettings(ZoneInfo(self._settings.timezone))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """None where there has been no flow yet."""
        if not self._place.flows_store.exists():
            yield None
            return
        with refusing_store(), closing(open_store(self._place.flows_store, read_only=True)) as db:
            yield db

    def _write(self, change: Change[T]) -> None:
        """And tell the receiver of it, in the same transaction."""

        def change_and_publish(db: sqlite3.Connection) -> None:
            change(db)
            write_addresses(db, self._place.flow_addresses, _now())

        try:
            with refusing_store(), closing(StoreWriter(self._place.flows_store)) as store:
                store.write(change_and_publish)
        except NoSuchFlow as error:
            raise NoSuchDefinition(str(error)) from None


def _now() -> datetime:
    return datetime.now(UTC)
