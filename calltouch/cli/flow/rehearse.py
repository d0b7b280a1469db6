"""calltouch flow rehearse: what would an edited flow have done with what has come?"""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from calltouch.cli import DIFFERENCES
from calltouch.cli.flow.check import read_definition
from calltouch.cli.flow.sample import flow_in_force
from calltouch.cli.flow.store import FlowCommands, flow_commands
from calltouch.cli.output import json_option, print_json
from flows.definition.flow import Flow
from flows.filling.filters import FilterSettings
from flows.rehearsal import RehearsalResult, Span
from flows.rehearsal import rehearse as rehearse_flow


@click.command(
    "rehearse",
    epilog="Example: calltouch flow rehearse leads-from-tilda --with edited.toml --last 1000",
)
@click.argument("name")
@click.option(
    "--with",
    "edited",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The edited definition; the flow's own file by default.",
)
@click.option("--from", "since", help="Received since then: 2026-11-21, or with a time.")
@click.option("--to", "until", help="Received before then.")
@click.option("--last", type=click.IntRange(1), help="Only the last so many.")
@json_option
def rehearse(
    name: str,
    edited: Path | None,
    since: str | None,
    until: str | None,
    last: int | None,
    as_json: bool,
) -> int:
    """Run old inputs through the version in force and through an edited one, and compare what each
    would send. Nothing is sent.

    Exit code 3 when there are differences.
    """
    with flow_commands() as commands:
        before = flow_in_force(commands, name)
        after = _read(edited or commands.settings.definitions_dir / f"{name}.toml", name)
        zone = ZoneInfo(commands.settings.timezone)
        span = Span(last or Span().last, moment(since, zone) or "", moment(until, zone) or "9")
        result = rehearse_flows(commands, before, after, span)
    if as_json:
        print_json(_described(result))
    else:
        for line in rehearsal_lines(result):
            click.echo(line)
    return DIFFERENCES if result.has_differences else 0


def rehearse_flows(
    commands: FlowCommands, before: Flow, after: Flow, span: Span
) -> RehearsalResult:
    settings = FilterSettings(ZoneInfo(commands.settings.timezone))
    return rehearse_flow(commands.db, before, after, span, settings)


def rehearsal_lines(result: RehearsalResult) -> list[str]:
    """For people: how many of each kind, then the differences, the most frequent first."""
    if not result.inputs:
        return ["there are no inputs to rehearse with"]
    lines = [f"{result.inputs} inputs"]
    lines += [f"  {name}: {count}" for name, count in result.counts.most_common()]
    lines += [f"  {reason}: {count}" for reason, count in result.reasons.most_common(20)]
    parts = sorted(result.parts.items(), key=lambda item: -item[1].times)
    for (step, part), found in parts:
        was, is_now = (_quoted(text) for text in (found.before, found.after))
        times = f"{found.times} of {result.inputs}"
        lines.append(f"  {step}: {part}: {times}, e.g. {was} → {is_now}")
    return lines


def moment(text: str | None, zone: ZoneInfo) -> str | None:
    """A date or a time of the configured zone, in UTC."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text} is no date or time like 2026-11-21T09:00") from None
    local = found if found.tzinfo else found.replace(tzinfo=zone)
    return local.astimezone(ZoneInfo("UTC")).isoformat()


def _read(path: Path, name: str) -> Flow:
    if not path.exists():
        raise click.ClickException(f"there is no {path}")
    read = read_definition(path, name)
    if read.flow is None:
        raise click.ClickException(f"{path} does not pass: calltouch flow check {path}")
    return read.flow


def _quoted(text: str | None) -> str:
    return "(absent)" if text is None else f"{text!r}"


def _described(result: RehearsalResult) -> dict[str, object]:
    return {
        "inputs": result.inputs,
        **{name.replace(" ", "_"): count for name, count in result.counts.items()},
        "reasons": dict(result.reasons),
        "differences": [
            {
                "step": step,
                "part": part,
                "times": found.times,
                "before": found.before,
                "after": found.after,
            }
            for (step, part), found in result.parts.items()
        ],
    }
