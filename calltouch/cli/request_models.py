"""The option that says in which attribution models the requests export is asked."""

import click

from receiver.settings.kinds import request_models


def _read(
    context: click.Context, option: click.Parameter, text: str | None
) -> tuple[int | None, ...] | None:
    return None if text is None else request_models(text)


request_models_option = click.option(
    "--request-models",
    type=click.Choice(["1", "1,0"]),
    callback=_read,
    help="Attribution models to ask the requests export for; not every account is answered in 0, "
    "and it doubles the requests.  [default: CALLTOUCH_API_REQUEST_MODELS]",
)
