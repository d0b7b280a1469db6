"""calltouch report: save a page as one file, or e-mail it."""

from contextlib import closing, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from calltouch.app import NotMade, page_as_file
from calltouch.cli.output import write_for_owner
from calltouch.report_register import all_reports, reports_of_settings
from calltouch.report_sending import prepare_report
from dashboards.access.state import AccessStore
from receiver.data_dir import DataDir
from receiver.ending import ending_on_signals
from receiver.mails.report import ScheduledReport
from receiver.mails.schedule import ReportSchedule
from receiver.mails.sending import NotSent
from receiver.mails.sent import SentReports
from receiver.ops.logs import configure
from receiver.settings.settings import Settings

# Time to finish the mail being sent.
_WORK_SECONDS = 2.0


@click.command(
    "report",
    epilog="Example: calltouch report --page attribution --query 'period=7d' --out week.html",
)
@click.option("--page", default="overview", show_default=True, help="Page name, as in its URL.")
@click.option("--query", default="", help="Filters, as in the page's URL: period=7d&source=yandex.")
@click.option("--language", type=click.Choice(["ru", "en"]), default="ru", show_default=True)
@click.option(
    "--personal",
    is_flag=True,
    help="Show personal data unmasked. Recorded in the access log; only you can read the file.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
@click.option("--mail", metavar="NAME", help="Send the mail [mails.NAME] now.")
@click.option("--scheduled", is_flag=True, help="Keep running and send every report on schedule.")
def command(
    page: str,
    query: str,
    language: str,
    personal: bool,
    out: Path | None,
    mail: str | None,
    scheduled: bool,
) -> None:
    """Save a page as one self-contained HTML file, or e-mail it.

    Mails are configured in calltouch.toml under [mails.NAME], or made on the page /views; they
    always mask personal data.
    """
    configure()
    settings = Settings.load()
    if sum((out is not None, mail is not None, scheduled)) != 1:
        raise click.UsageError("give exactly one of --out, --mail and --scheduled")
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
        raise click.ClickException(f"cannot write {out}: {error.strerror}") from error
    click.echo(f"{out}: {len(text.encode()) / 1e6:.1f} MB")


def _send_now(settings: Settings, name: str) -> None:
    known = {report.key: report for report in reports_of_settings(settings)}
    if name not in known:
        configured = ", ".join(known) or "none"
        raise click.UsageError(f"no [mails.{name}] is configured; configured: {configured}")
    access = AccessStore(DataDir(settings.data_dir).state)
    try:
        refused = prepare_report(settings, access, known[name])()
    except (NotMade, NotSent) as error:
        raise click.ClickException(str(error)) from error
    if refused:
        raise click.ClickException(refused)
    click.echo(f"sent to {len(known[name].to)} recipients")


def _stay(settings: Settings) -> None:
    zone, state = ZoneInfo(settings.timezone), DataDir(settings.data_dir).state

    def reports() -> list[ScheduledReport]:
        with access.reading() as db:
            return all_reports(settings, db)

    with closing(AccessStore(state)) as access:
        schedule = ReportSchedule(SentReports(state), reports, lambda: datetime.now(zone))
        with suppress(KeyboardInterrupt), ending_on_signals(_WORK_SECONDS) as stop:
            schedule.run(partial(prepare_report, settings, access), stop)
