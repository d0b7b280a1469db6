"""calltouch report: a page as one file, or by e-mail."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from calltouch.app import NotMade, page_as_file, title_of
from calltouch.cli.output import write_for_owner
from receiver.data_dir import DataDir
from receiver.ending import ending_on_signals
from receiver.mails.message import compose
from receiver.mails.schedule import MailSchedule
from receiver.mails.sending import NotSent, send
from receiver.ops.logs import configure
from receiver.settings.settings import MailSettings, Settings

# For the mail that is being sent.
_WORK_SECONDS = 2.0


@click.command(
    "report",
    epilog="Example: calltouch report --page attribution --query 'period=7d' --out week.html",
)
@click.option(
    "--page", default="overview", show_default=True, help="The page: its name in the URL."
)
@click.option(
    "--query", default="", help="The slice, as in the page's URL: period=7d&source=yandex."
)
@click.option("--language", type=click.Choice(["ru", "en"]), default="ru", show_default=True)
@click.option(
    "--personal",
    is_flag=True,
    help="Show personal data unmasked; noted in the audit, and the file is its owner's alone.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it there.")
@click.option("--mail", metavar="NAME", help="Send the mail of [mails.NAME] now.")
@click.option("--scheduled", is_flag=True, help="Stay, and send every mail when it is due.")
def command(
    page: str,
    query: str,
    language: str,
    personal: bool,
    out: Path | None,
    mail: str | None,
    scheduled: bool,
) -> None:
    """Write a page into one HTML file that needs no server, or send it by e-mail.

    Mails are set up in calltouch.toml under [mails.NAME]; personal data in them is always masked.
    """
    configure()
    settings = Settings.load()
    if sum((out is not None, mail is not None, scheduled)) != 1:
        raise click.UsageError("one of --out, --mail and --scheduled is needed")
    if scheduled:
        _stay(settings)
    elif mail is not None:
        _send_now(settings, mail)
    elif out is not None:
        _write(settings, page, query, language, personal, out)


def _write(
    settings: Settings, page: str, query: str, language: str, personal: bool, out: Path
) -> None:
    try:
        text = page_as_file(settings, page, query, language, personal=personal)
    except NotMade as error:
        raise click.ClickException(str(error)) from error
    try:
        if personal:
            write_for_owner(out, text)
        else:
            out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}") from error
    click.echo(f"{out}: {len(text.encode()) / 1e6:.1f} MB")


def _send_now(settings: Settings, name: str) -> None:
    if name not in settings.mails:
        there_are = ", ".join(settings.mails) or "none"
        raise click.UsageError(f"there is no [mails.{name}]; there are: {there_are}")
    try:
        _send(settings, settings.mails[name])
    except (NotMade, NotSent) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"sent to {len(settings.mails[name].to)}")


def _stay(settings: Settings) -> None:
    zone = ZoneInfo(settings.timezone)
    schedule = MailSchedule(
        DataDir(settings.data_dir).state, dict(settings.mails), lambda: datetime.now(zone)
    )
    with suppress(KeyboardInterrupt), ending_on_signals(_WORK_SECONDS) as told:
        schedule.run(lambda name, mail: _send(settings, mail), told)


def _send(settings: Settings, mail: MailSettings) -> None:
    page = page_as_file(settings, mail.page, mail.query, mail.language)
    now = datetime.now(ZoneInfo(settings.timezone))
    sender = settings.mail_from or ""
    send(settings, compose(mail, sender, title_of(mail.page, mail.language), page, now))
