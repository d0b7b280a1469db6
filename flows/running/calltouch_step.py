"""Calltouch's steps: which is done how."""

from flows.definition.steps import AnnotationStep, CallbackStep, RequestStep
from flows.refusal import FlowRefusal
from flows.running.annotation_step import run_annotation_step
from flows.running.attempting import StepPlace
from flows.running.callback_step import run_callback_step
from flows.running.progress import OperationProgress
from flows.running.request_step import run_request_step


def run_calltouch_step(
    progress: OperationProgress, number: int, step: RequestStep | CallbackStep | AnnotationStep
) -> None:
    """Raises `Paused` where it is tried again later or has ended the operation, `Skipped`, and
    `FlowRefusal` where nothing may be sent."""
    progress.hold_if_stopped()
    account = progress.tools.calltouch
    if account is None:
        raise FlowRefusal("not-available", step.frame.kind)
    place = StepPlace(progress, number, step.frame)
    if isinstance(step, RequestStep):
        run_request_step(place, step, account)
    elif isinstance(step, CallbackStep):
        run_callback_step(place, step, account)
    else:
        run_annotation_step(place, step, account)
