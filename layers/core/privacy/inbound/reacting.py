"""Records of the requests' stream, and the sweep's messages → what cases owe. One record a transaction: its summary."""

from __future__ import annotations

from collections.abc import Mapping

from privacy import metrics
from privacy.inbound.batch import BatchRecord, key_of
from privacy.operations.requests.append_steps import NoSuchRequest
from privacy.operations.requests.react_to_request import Reaction, react_to_request

_CASE, _SUMMARY = "request#", "summary"


def react(record: BatchRecord, reaction: Reaction) -> None:
    """Raises whatever keeps the case's effects from being brought about."""
    partition, key = key_of(record)
    if record.removed or key != _SUMMARY or not partition.startswith(_CASE):
        return
    try:
        done = react_to_request(partition.removeprefix(_CASE), reaction)
    except NoSuchRequest:
        return  # it was purged in between
    for effect in done:
        metrics.count("EffectBroughtAbout", does=effect.does.value)


def message(request: str) -> Mapping[str, str]:
    """What has the case looked at again, as a stream record that was set aside."""
    return {"identifier": _CASE + request, "key": _SUMMARY}
