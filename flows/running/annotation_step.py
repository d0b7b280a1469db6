"""Tags, a comment or managers for a lead that Calltouch knows."""

from typing import Any

from flows.definition.steps import AnnotationStep
from flows.outcomes import Judgement
from flows.running.attempting import StepPlace, make_attempt
from flows.running.calltouch_account import CalltouchAccount
from flows.running.calltouch_posts import CalltouchPost, usual_rules, usual_sending
from flows.steps.calltouch import annotation_item, planned_post
from flows.steps.calltouch_answers import judge_annotation
from receiver.calltouch_api.bodies import LeadComment, LeadManagers, LeadTags
from receiver.calltouch_api.methods import Sender


def run_annotation_step(place: StepPlace, step: AnnotationStep, account: CalltouchAccount) -> None:
    filler = place.progress.filler()
    item = annotation_item(step, filler)
    planned = planned_post(item)
    place.progress.notes += filler.notes

    def annotate(sender: Sender) -> tuple[Judgement, dict[str, Any]]:
        return judge_annotation(_annotated(sender, item)), {place.frame.name: {"lead": lead}}

    lead = str(item.lead)
    post = CalltouchPost(account, account.access(step.site), planned, planned, annotate)
    make_attempt(place, usual_sending(place, post, usual_rules(place)))


def _annotated(sender: Sender, item: LeadTags | LeadComment | LeadManagers) -> Any:
    match item:
        case LeadTags():
            (result,) = sender.add_tags([item])
        case LeadComment():
            (result,) = sender.add_comments([item])
        case LeadManagers():
            (result,) = sender.add_managers([item])
    return result
