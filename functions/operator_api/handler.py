"""The operators' API: every route asks for an IAM role (privacy/inbound/operator_routes.py)."""

from __future__ import annotations

from privacy import bootstrap
from privacy.bootstrap import contact, folding, past, register, retention
from privacy.inbound import http, operator
from privacy.inbound.operator_means import Means, RetentionMeans
from privacy.inbound.operator_routes import answer
from privacy.policy import recipients


@operator.answering
def handle(event: http.Event) -> operator.Answer:
    return answer(
        event,
        Means(
            stores=folding.fold_stores,
            policy=bootstrap.policy,
            pseudonyms=bootstrap.pseudonyms,
            rebuilds=folding.rebuild_people_queue,
            new_run_id=bootstrap.new_run_id,
            runs=folding.runs,
            imports=past.import_history_queue,
            chance=bootstrap.chance,
            begin_reconciliation=past.begin_reconciliation,
            reconciliations=past.reconcile_queue,
            notes=folding.notes,
            requests=contact.requests,
            mail=contact.mail_store,
            evidence=contact.evidence,
            new_request_id=contact.new_request_id,
            packages=retention.packages,
            holds=contact.legal_holds,
            directives=contact.directives,
            recipients=recipients.load,
            breaches=register.breaches,
            call_breach=register.call_breach,
            retention=RetentionMeans(
                plans=retention.retention_plan_queue,
                purges=retention.retention_purge_queue,
                gate=retention.purge_gate,
                indexes=retention.due_indexes,
                archive=retention.archive,
                receipts=retention.receipts,
            ),
            now=bootstrap.now,
        ),
    )
