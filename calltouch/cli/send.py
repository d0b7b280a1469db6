"""calltouch send: send requests, callbacks, tags and comments to Calltouch's API."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, BinaryIO, TypeVar

import click

from calltouch.cli import FAILED
from calltouch.cli.output import json_option, print_json, print_table
from receiver.calltouch_api.bodies import (
    Body,
    CallbackOrder,
    LeadComment,
    LeadId,
    LeadTags,
    NewRequest,
    TrafficSource,
    check_numbers,
    comments_body,
    in_batches,
    requests_body,
    tags_body,
)
from receiver.calltouch_api.client import ApiError
from receiver.calltouch_api.from_json import load_requests
from receiver.calltouch_api.methods import AnnotationResult, CallbackRefused, ImportResult, Sender
from receiver.calltouch_api.post_once import OutcomeUnknown, Poster, PostRefused, SiteToken
from receiver.calltouch_api.validation import InvalidValue
from receiver.ops.logs import configure
from receiver.resync.plan import NothingToAsk, sites_to_ask, token_for
from receiver.settings.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

_SOURCES = ("source", "medium", "campaign", "content", "term")
site_option = click.option(
    "--site", type=int, help="Calltouch site ID.  [default: the only one configured]"
)
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Print the JSON body instead of sending it."
)
call_option = click.option("--call", type=int, metavar="ID", help="Call ID.")
request_option = click.option("--request", type=int, metavar="ID", help="Request ID.")


def _source_options(command: F) -> F:
    for name in reversed(_SOURCES):
        meaning = f"Traffic {name}, if the session has none."
        command = click.option(f"--{name}", help=meaning)(command)
    return command


@click.group(
    "send",
    invoke_without_command=True,
    epilog="Example: calltouch send comment --call 4242 'Call back at noon'",
)
@click.pass_context
def command(context: click.Context) -> None:
    """Send requests, callbacks, tags and comments to Calltouch.

    Values are validated before sending. Nothing that may have gone through is sent twice.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@command.command(
    "lead",
    epilog="Example: calltouch send lead --number CRM-17 --phone '+7 (999) 000-11-22' --tag VIP",
)
@site_option
@click.option("--number", help="Your own ID for the request, to find it in Calltouch.")
@click.option("--phone", help="Phone, like 79990001122 or +7 (999) 000-11-22.")
@click.option("--email", help="E-mail, like name@example.com.")
@click.option("--fio", help="Client's name.")
@click.option("--subject", help="Name of the form; up to 256 characters.")
@click.option("--comment", help="Comment on the request.")
@click.option("--tag", "tags", multiple=True, help="Tag; repeatable.")
@click.option("--session", "session_id", help="Calltouch session ID.")
@click.option("--page", metavar="URL", help="Page the form is on.")
@click.option("--at", metavar="TIME", help="Time, like '2026-11-21 17:10:00'.  [default: now]")
@_source_options
@click.option(
    "--from-json",
    "file",
    type=click.File("rb"),
    metavar="FILE",
    help="JSON list of requests with the API's fields, instead of the options above; - is stdin.",
)
@dry_run_option
@json_option
def lead(
    site: int | None, file: BinaryIO | None, dry_run: bool, as_json: bool, **given: Any
) -> int | None:
    """Create one or more requests in Calltouch's journal.

    Needs at least one of phone, email, fio and session. Exit code 1 if Calltouch refused any.
    """
    if file is not None and any(given.values()):
        raise click.UsageError("--from-json cannot be combined with options of a single request")
    try:
        if file is not None:
            requests = load_requests(file.read())
        else:
            requests = [NewRequest(source=_take_source(given), **given)]
        check_numbers(requests)
        bodies = [requests_body(batch) for batch in in_batches(requests)]
    except InvalidValue as error:
        raise click.UsageError(str(error)) from None
    if dry_run:
        return _show(bodies)
    return _create(_sender(site), requests, as_json)


@command.command(
    "callback",
    epilog="Example: calltouch send callback --route-key form_1 --phone 79990001122 "
    "--field City=Moscow",
)
@site_option
@click.option("--route-key", required=True, help="Route key of the widget.")
@click.option("--phone", required=True, help="Phone to call, like 79990001122.")
@click.option(
    "--session", "session_id", help="Calltouch session ID; takes precedence over the source."
)
@click.option("--at", metavar="TIME", help="Time, like '2026-11-21 17:10:00'.  [default: now]")
@click.option("--field", "fields", multiple=True, metavar="NAME=VALUE", help="Form field; up to 5.")
@click.option("--tag", "tags", multiple=True, help="Tag; up to 10.")
@click.option("--page", metavar="URL", help="Page the client is on.")
@click.option("--unit", "unit_id", type=int, metavar="ID", help="Widget department ID.")
@_source_options
@dry_run_option
@json_option
def callback(
    site: int | None, fields: tuple[str, ...], dry_run: bool, as_json: bool, **given: Any
) -> int | None:
    """Have Calltouch call a client back.

    Never sent twice: if no answer arrives, check Calltouch's journal for the call.
    """
    pairs = tuple(_name_and_value(field) for field in fields)
    wanted = CallbackOrder(fields=pairs, source=_take_source(given), **given)
    body = _checked(wanted.body)
    return _show([body]) if dry_run else _ring(_sender(site), wanted, as_json)


@command.command("tag", epilog="Example: calltouch send tag --call 4242 VIP 'Second visit'")
@site_option
@call_option
@request_option
@click.argument("tags", nargs=-1, required=True, metavar="TAG...")
@click.option("--overwrite", is_flag=True, help="Replace tags added earlier.")
@dry_run_option
@json_option
def tag(
    site: int | None,
    tags: tuple[str, ...],
    overwrite: bool,
    dry_run: bool,
    as_json: bool,
    **lead: Any,
) -> int | None:
    """Add tags to a call or a request."""
    taggings = [LeadTags(_lead_id(**lead), tags, overwrite)]
    body = _checked(lambda: tags_body(taggings))
    if dry_run:
        return _show([body])
    return _annotate(lambda: _sender(site).add_tags(taggings), as_json)


@command.command("comment", epilog="Example: calltouch send comment --request 4242 'Has paid'")
@site_option
@call_option
@request_option
@click.argument("text")
@dry_run_option
@json_option
def comment(site: int | None, text: str, dry_run: bool, as_json: bool, **lead: Any) -> int | None:
    """Add a comment to a call or a request."""
    commentings = [LeadComment(_lead_id(**lead), text)]
    body = _checked(lambda: comments_body(commentings))
    if dry_run:
        return _show([body])
    return _annotate(lambda: _sender(site).add_comments(commentings), as_json)


def _take_source(given: dict[str, Any]) -> TrafficSource:
    return TrafficSource(**{name: given.pop(name) for name in _SOURCES})


def _name_and_value(field: str) -> tuple[str, str]:
    name, equals, value = field.partition("=")
    if not equals:
        raise click.UsageError(f"--field {field}: write it like City=Moscow")
    return name, value


def _lead_id(call: int | None, request: int | None) -> LeadId:
    if (call is None) == (request is None):
        raise click.UsageError("give either --call ID or --request ID")
    return LeadId("call", call) if call is not None else LeadId("request", request or 0)


def _checked(make: Callable[[], Body]) -> Body:
    try:
        return make()
    except InvalidValue as error:
        raise click.UsageError(str(error)) from None


def _sender(site: int | None) -> Sender:
    configure()
    settings = Settings.load()
    try:
        sites = sites_to_ask(settings, () if site is None else (site,))
        if len(sites) > 1:
            raise click.UsageError(f"give a site, for example --site {sites[0]}")
        access = SiteToken(sites[0], token_for(settings, sites[0]))
    except NothingToAsk as error:
        raise click.UsageError(str(error)) from error
    return Sender(Poster(settings.api_url, settings.api_per_second), access)


def _show(bodies: Sequence[Body]) -> int:
    """Safe to print: the token is sent in a header, not in the body."""
    print_json(bodies[0] if len(bodies) == 1 else bodies)
    return 0


def _create(sender: Sender, requests: Sequence[NewRequest], as_json: bool) -> int | None:
    """Reports what was done even if a later batch fails."""
    done: list[ImportResult] = []
    failure = None
    try:
        for batch in in_batches(requests):
            done += sender.create_requests(batch)
    except (ApiError, KeyboardInterrupt) as error:
        failure = f"{_why(error)} (requests sent before that: {len(done)})"
    if as_json:
        print_json([asdict(result) for result in done])
    else:
        words = ("imported" if r.imported else f"refused: {r.error}" for r in done)
        rows = zip(done, words, strict=True)
        print_table({"request": r.number or "", "": word} for r, word in rows)
    if failure:
        raise click.ClickException(failure)
    return None if all(result.imported for result in done) else FAILED


def _ring(sender: Sender, wanted: CallbackOrder, as_json: bool) -> int | None:
    try:
        number = sender.request_callback(wanted)
    except (ApiError, KeyboardInterrupt) as error:
        if as_json:
            print_json(_as_document(error))
        raise click.ClickException(_why(error)) from None
    if as_json:
        print_json({"outcome": "taken", "widget_request_id": number})
    else:
        click.echo(f"accepted as callback {number}")
    return None


def _as_document(error: BaseException) -> dict[str, Any]:
    """For scripts that decide whether to retry."""
    document: dict[str, Any] = {"outcome": "failed", "error": _why(error)}
    if isinstance(error, PostRefused):
        later = isinstance(error, CallbackRefused) and error.may_help_later
        document |= {"outcome": "refused", "code": error.code, "may_help_later": later}
    elif isinstance(error, OutcomeUnknown | KeyboardInterrupt):
        document["outcome"] = "unknown"
    return document


def _why(error: BaseException) -> str:
    stopped = "stopped; the request in progress may have gone through: check Calltouch's journal"
    return stopped if isinstance(error, KeyboardInterrupt) else str(error)


def _annotate(send: Callable[[], list[AnnotationResult]], as_json: bool) -> int | None:
    try:
        results = send()
    except (ApiError, KeyboardInterrupt) as error:
        raise click.ClickException(_why(error)) from None
    words = {True: "added", False: "refused", None: "sent; Calltouch did not report the outcome"}
    if as_json:
        print_json([asdict(result) for result in results])
    else:
        print_table(
            {"lead": r.lead, "": f"{words[r.done]}{f': {r.error}' if r.error else ''}"}
            for r in results
        )
    return FAILED if any(result.done is False for result in results) else None
