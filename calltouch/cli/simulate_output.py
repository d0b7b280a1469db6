"""What `calltouch simulate` prints: what would be sent, and how it was answered."""

from dataclasses import asdict
from typing import Any

import click

from calltouch.cli.output import print_json
from simulator.webhooks.run import RunOutcome, RunPlan


def planned(plan: RunPlan) -> dict[str, Any]:
    toll = plan.toll
    return {
        "leads": plan.leads.total(),
        "calls": plan.leads["call"],
        "requests": plan.leads["request"],
        "deliveries": toll.deliveries.total(),
        "webhooks": dict(toll.deliveries),
        "lost": [asdict(lost) for lost in toll.lost],
        "duplicated": toll.duplicated,
        "reordered": toll.reordered,
    }


def answered(outcome: RunOutcome) -> dict[str, Any]:
    answers = outcome.answers
    return {
        "sent": answers.sent,
        "accepted": answers.accepted,
        "refused": answers.refused,
        "unanswered": answers.unanswered,
        "seconds": round(outcome.seconds, 2),
        "rate": round(outcome.rate, 1),
    }


def print_numbers(numbers: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(numbers)
        return
    for name, value in numbers.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key}: {count}" for key, count in value.items()) or 0
        elif isinstance(value, list):
            value = len(value)
        click.echo(f"{name:<12}{value}")
