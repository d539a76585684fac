"""GET | POST /webhooks/mailchimp/{key}: verify, translate, record, answer. Never 410: it ends the webhook for ever."""

from __future__ import annotations

from privacy import bootstrap
from privacy.inbound import http, mailchimp, signature
from privacy.inbound.recording import receive

bootstrap.warm()


@http.answering
def handle(event: http.Event) -> int:
    body = http.body(event)
    webhook = bootstrap.mailchimp_webhook()
    http.open_path(http.path_parameter(event, "key"), webhook.path_keys)
    if http.method(event) == "GET":  # Mailchimp asks once, when the webhook is saved
        return http.OK
    header = http.header(event, "x-mailchimp-signature")
    if header is not None or bootstrap.settings().mailchimp_signed:
        signature.verify(body, header, webhook.signing_secrets, bootstrap.unix_now())
    outcome = mailchimp.fact_from(
        body,
        pseudonyms=bootstrap.pseudonyms(),
        recorded_at=bootstrap.now(),
        audiences=bootstrap.settings().mailchimp_audiences,
    )
    receive(outcome, ledger=bootstrap.ledger(), policy=bootstrap.policy())
    return http.RECORDED
