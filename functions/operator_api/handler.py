"""The operators' API: every route asks for an IAM role (privacy/inbound/operator_routes.py)."""

from __future__ import annotations

from privacy import bootstrap
from privacy.inbound import http, operator
from privacy.inbound.operator_means import Means, RetentionMeans
from privacy.inbound.operator_routes import answer


@operator.answering
def handle(event: http.Event) -> operator.Answer:
    return answer(
        event,
        Means(
            stores=bootstrap.fold_stores,
            policy=bootstrap.policy,
            pseudonyms=bootstrap.pseudonyms,
            rebuilds=bootstrap.rebuild_people_queue,
            new_run_id=bootstrap.new_run_id,
            runs=bootstrap.runs,
            imports=bootstrap.import_history_queue,
            chance=bootstrap.chance,
            begin_reconciliation=bootstrap.begin_reconciliation,
            reconciliations=bootstrap.reconcile_queue,
            notes=bootstrap.notes,
            requests=bootstrap.requests,
            mail=bootstrap.mail_store,
            new_request_id=bootstrap.new_request_id,
            holds=bootstrap.legal_holds,
            retention=RetentionMeans(
                plans=bootstrap.retention_plan_queue,
                purges=bootstrap.retention_purge_queue,
                gate=bootstrap.purge_gate,
                indexes=bootstrap.due_indexes,
                archive=bootstrap.archive,
                receipts=bootstrap.receipts,
            ),
            now=bootstrap.now,
        ),
    )
