"""The option `--request-models`: attribution models to request from the requests export."""

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
    help="Attribution models to fetch requests in. Not every account gets answers for 0, and both "
    "double the API requests.  [default: CALLTOUCH_API_REQUEST_MODELS]",
)
