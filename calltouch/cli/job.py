"""calltouch job: what was started in the browser."""

import click

from calltouch.cli import FAILED
from calltouch.cli.output import json_option, print_json, print_table
from receiver.data_dir import DataDir, prepare
from receiver.ending import ending_on_signals
from receiver.jobs.queue import Job, JobQueue
from receiver.jobs.running import run_jobs
from receiver.ops.logs import configure
from receiver.process_lock import LockHeld
from receiver.settings.settings import Settings


@click.group("job", epilog="Example: calltouch job list")
def command() -> None:
    """Commands that were started in the browser."""


@command.command("list", epilog="Example: calltouch job list --json")
@click.option("--last", type=click.IntRange(1, 200), default=20, show_default=True, metavar="N")
@json_option
def list_jobs(last: int, as_json: bool) -> None:
    """The newest jobs, and what became of them."""
    with JobQueue(DataDir(Settings.load().data_dir).state) as queue:
        rows = [_row(job) for job in queue.newest(last)]
    if as_json:
        print_json(rows)
    else:
        print_table(rows)


@command.command("stop", epilog="Example: calltouch job stop 7")
@click.argument("job_id", type=int)
def stop_job(job_id: int) -> int:
    """Stop a job, as Ctrl-C would."""
    with JobQueue(DataDir(Settings.load().data_dir).state) as queue:
        if queue.ask_to_stop(job_id):
            return 0
    raise click.ClickException(
        f"job {job_id} has ended, or there is none; see `calltouch job list`"
    )


@command.command("run", epilog="Example: calltouch job run")
def run() -> int:
    """Run the jobs that wait, then end. `serve` starts it when there are any."""
    configure()
    settings = Settings.load()
    prepare(settings.data_dir)
    try:
        with ending_on_signals(work_seconds=8.0) as stop:
            run_jobs(DataDir(settings.data_dir), stop)
    except LockHeld as held:
        click.echo(f"calltouch: jobs are run already: {held}", err=True)
        return FAILED
    return 0


def _row(job: Job) -> dict[str, object]:
    return {
        "job": job.job_id,
        "command": " ".join(job.arguments),
        "state": str(job.state),
        "progress": f"{job.done}/{job.total}" if job.total else "",
        "asked_by": job.asked_by,
        "asked_at": job.asked_at.isoformat(timespec="seconds"),
        "ended_at": job.ended_at.isoformat(timespec="seconds") if job.ended_at else "",
    }
