"""Roles decide: every call of a function is checked against its role's policies, by ministack's own evaluator.

Three things are told to the evaluator. SQS asks for the permission of the single call where a batch is sent.
Calls count as TLS, as they are in AWS: here the wire is this machine's
loopback, and policies that ask for TLS would refuse everything. And where functions live on another day, their
signatures are dated in that day.
"""

from typing import Any

from cli.local.emulator import inside

SINGLE_CALLS = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}


def install(*, other_day: bool) -> None:
    """Let a batch ask for the single call, and calls count as TLS; take another day's signatures where asked to."""
    extract_action = inside.iam_actions.extract_iam_action

    def action(*request: Any) -> Any:
        found = extract_action(*request)
        return SINGLE_CALLS.get(found, found)

    inside.iam_actions.extract_iam_action = action
    pin_request_origin = inside.app.pin_request_origin
    inside.app.pin_request_origin = lambda source, _secure: pin_request_origin(source, True)
    if other_day:
        inside.sigv4.request_time_failure = _any_time


def _any_time(*_: Any) -> None:
    return None
