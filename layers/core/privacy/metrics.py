"""What is counted, as CloudWatch embedded metrics: one line on stdout each, no call, nothing about anybody.

Dimension `service` is the function's stem (POWERTOOLS_SERVICE_NAME); CaseReminded has `what` beside it (an occasion or
a concern), EffectBroughtAbout `does`, EventIgnored `reason`, IdentityVerified `method` (link),
AnswerDrafted, CarriedOut and LetterHandled `came_to`, LetterTold `happened`, MailReceived `became`, MemberSynced `done`
(subscribed | unsubscribed | archived), Purged `rule`, WebhookMissed `provider`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

type Metric = Literal[
    "AnswerCodeWrong",
    "AnswerCollected",
    "AnswerDrafted",
    "BreachOverdue",
    "CarriedOut",
    "CaseReminded",
    "ChoiceWithdrawn",
    "ConsentUnproven",
    "EffectBroughtAbout",
    "EventIgnored",
    "FactConflict",
    "FactDuplicate",
    "FactOfTheGone",
    "FactRecorded",
    "IdentityVerified",
    "LetterHandled",
    "LetterTold",
    "MailReceived",
    "MemberRefused",
    "MemberSynced",
    "MissedOrder",
    "ObjectionUnconfirmed",
    "PackageBroken",
    "PurgeLate",
    "PurgeSkipped",
    "Purged",
    "RecordOverdue",
    "RecordSetAside",
    "RedactionFailed",
    "RemovalsHeld",
    "RequestOverdue",
    "RunCompleted",
    "RunHeld",
    "SubscribedWithoutConsent",
    "SubscriptionRenewed",
    "WebhookMissed",
]

NAMESPACE = "imera-privacy"


def count(metric: Metric, value: int = 1, **dimensions: str) -> None:
    """Written at once, so that a crash afterwards loses no count."""
    emf = _emf()
    for name, said in dimensions.items():
        emf.add_dimension(name, said)
    emf.add_metric(metric, "Count", value)
    emf.flush_metrics()


@cache
def _emf() -> AmazonCloudWatchEMFProvider:
    from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

    return AmazonCloudWatchEMFProvider(namespace=NAMESPACE)
