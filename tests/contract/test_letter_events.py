"""What SES tells of a letter, template.yaml's rule and settle_mail agree with one another; no address passes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from cli.standins.ses.events import TYPES, Letter, event
from privacy.inbound.mail_outcomes import HAPPENED, event_of

ROOT = Path(__file__).resolve().parents[2]
RULE: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())["Resources"]["SettleMailRule"][
    "Properties"
]
MAIL: dict[str, Any] = yaml_parse((ROOT / "infra/mail.yaml").read_text())["Resources"]
ADDRESS = "camille.durand@example.fr"
LETTER = Letter(
    id="0107018fabcd-0a1b2c3d-4e5f-a1b2c3d4e5f6-000000",
    at=1_795_000_000,
    sender="contact@imera-paris.com",
    recipients=[ADDRESS],
    tags={"letter": "IM-2026-000123_ack-3"},
    configuration_set="imera-privacy-letters",
    subject="Nous avons bien reçu votre demande",
    headers=[["To", ADDRESS]],
)


def told(kind: str) -> dict[str, Any]:
    """The event as EventBridge has it."""
    made = event(LETTER, kind, 1_795_000_001)
    return {
        "source": made["Source"],
        "detail-type": made["DetailType"],
        "detail": json.loads(made["Detail"]),
    }


def rendered(kind: str) -> str:
    """What the rule's target gets; a path that leads nowhere is nothing."""
    [target] = RULE["Targets"]
    transformer = target["InputTransformer"]
    said = transformer["InputTemplate"]
    for name, path in transformer["InputPathsMap"].items():
        said = said.replace(f"<{name}>", at(told(kind), path))
    return str(said)


def at(found: Any, path: str) -> str:
    for name, index in re.findall(r"([^.\[\]$]+)|\[(\d+)\]", path):
        try:
            found = found[int(index)] if index else found[name]
        except (LookupError, TypeError):
            return ""
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize("kind", TYPES)
def test_each_event_reaches_settle_mail_as_what_it_is(kind: str) -> None:
    event_ = event_of(json.loads(rendered(kind)))
    assert (event_.request, event_.effect) == ("IM-2026-000123", "ack-3")
    assert event_.message_id == LETTER.id
    assert event_.happened == HAPPENED[kind]
    assert event_.permanent == (kind == "Bounce")


@pytest.mark.parametrize("kind", TYPES)
def test_no_address_no_subject_and_no_text_pass_the_rule(kind: str) -> None:
    assert "example.fr" not in rendered(kind)
    assert "reçu" not in rendered(kind)


def test_the_rule_takes_what_ses_is_asked_to_publish_and_nothing_of_others() -> None:
    pattern = RULE["EventPattern"]
    assert pattern["source"] == ["aws.ses"]
    assert set(pattern["detail"]["eventType"]) == set(HAPPENED) == set(TYPES)
    assert pattern["detail"]["mail"]["tags"]["letter"] == [
        {"prefix": prefix} for prefix in ("IM-", "RN-", "RV-")
    ]
    published = MAIL["LetterOutcomes"]["Properties"]["EventDestination"]["MatchingEventTypes"]
    names = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).upper() for kind in HAPPENED}
    assert set(published) == names
