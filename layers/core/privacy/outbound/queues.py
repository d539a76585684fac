"""Functions' own queues in SQS: keys and identifiers only, never what they lead to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import batched
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from privacy.ports import ProviderUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import (
        ChangeMessageVisibilityBatchRequestEntryTypeDef,
        SendMessageBatchRequestEntryTypeDef,
    )

_BATCH = 10
_ATTEMPTS = 3


class SqsKeyQueue:
    """An OwnQueue. SQS may take part of a batch: the rest is sent again.

    A queue whose name ends in .fifo hands out the messages about one `identifier` one after another; it takes no
    delay. unique: makes a word that no other message has, since such a queue drops what it takes for a repetition.
    """

    def __init__(self, client: SQSClient, url: str, unique: Callable[[], str]) -> None:
        self._client = client
        self._url = url
        self._unique = unique

    def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
        """Raises ProviderUnavailable where some could not be sent; the others were, and may come twice."""
        for batch in batched(bodies, _BATCH, strict=False):
            self._send([self._entry(n, body, delay) for n, body in enumerate(batch)])

    def _entry(self, n: int, body: Mapping[str, str], delay: int) -> SendMessageBatchRequestEntryTypeDef:
        said: SendMessageBatchRequestEntryTypeDef = {"Id": str(n), "MessageBody": json.dumps(dict(body))}
        if self._url.endswith(".fifo"):
            return said | {"MessageGroupId": body["identifier"], "MessageDeduplicationId": self._unique()}
        return said | {"DelaySeconds": delay}

    def come_again(self, seconds: Mapping[str, int]) -> None:
        """Raises ProviderUnavailable where some keep the queue's own time."""
        refused = False
        for batch in batched(seconds.items(), _BATCH, strict=False):
            entries: list[ChangeMessageVisibilityBatchRequestEntryTypeDef] = [
                {"Id": str(n), "ReceiptHandle": receipt, "VisibilityTimeout": pause}
                for n, (receipt, pause) in enumerate(batch)
            ]
            try:
                answer = self._client.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)
            except (BotoCoreError, ClientError) as error:
                raise ProviderUnavailable(type(error).__name__) from None
            refused = refused or bool(answer.get("Failed"))
        if refused:
            raise ProviderUnavailable("SQS left some messages to their queue's own time")

    def _send(self, entries: list[SendMessageBatchRequestEntryTypeDef]) -> None:
        for _ in range(_ATTEMPTS):
            try:
                answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            except (BotoCoreError, ClientError) as error:
                raise ProviderUnavailable(type(error).__name__) from None
            refused = {entry["Id"] for entry in answer.get("Failed", ())}
            entries = [entry for entry in entries if entry["Id"] in refused]
            if not entries:
                return
        raise ProviderUnavailable("SQS refused part of a batch")
