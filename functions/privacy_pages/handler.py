"""Pages for people who follow a link of ours (privacy/inbound/pages/routes.py)."""

from __future__ import annotations

from privacy import bootstrap
from privacy.bootstrap import answers, contact
from privacy.inbound import http
from privacy.inbound.pages.answering import answering
from privacy.inbound.pages.routes import Means, answer

bootstrap.warm()


@answering(lambda: bootstrap.policy().controller)
def handle(event: http.Event) -> http.Reply:
    return answer(
        event,
        Means(
            staying=contact.staying,
            choosing=contact.choosing,
            confirming=contact.confirming,
            collecting=answers.collecting,
            proving=contact.proving,
        ),
    )
