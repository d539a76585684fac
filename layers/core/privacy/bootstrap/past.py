"""Imports and reconciliations: runs over all that the providers have."""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING

from privacy import bootstrap
from privacy.bootstrap import folding, providers
from privacy.ports import KeyQueue, OwnQueue

if TYPE_CHECKING:
    from privacy.domain.runs import Run
    from privacy.operations.history.import_history import HistoryImport
    from privacy.operations.history.reconcile import Reconciliation


@cache
def reconcile_queue() -> KeyQueue:
    return bootstrap.queue_at(bootstrap.settings().reconcile_queue_url)


@cache
def import_history_queue() -> OwnQueue:
    return bootstrap.queue_at(bootstrap.settings().import_history_queue_url)


def begin_reconciliation(*, full: bool, allowed: int | None = None) -> Run:
    """Raises AnotherRuns."""
    from privacy.operations.history.reconciliation_runs import begin_reconciliation

    return begin_reconciliation(
        runs=folding.runs(),
        registry=folding.fold_stores().registry,
        now=bootstrap.now(),
        chance=lambda: secrets.token_hex(4),
        full=full,
        allowed=allowed,
    )


def reconciliation() -> Reconciliation:
    """Raises SecretsUnavailable, ProviderUnavailable."""
    from privacy.inbound import reconciling, stripe
    from privacy.inbound.recording import append
    from privacy.operations.history.reconcile import Reconciliation
    from privacy.outbound.dynamodb_runs import DynamoRemovals

    own = bootstrap.settings()
    return Reconciliation(
        runs=folding.runs(),
        history=providers.stripe_history(),
        directory=providers.mailchimp_audiences(),
        audiences=providers.audiences(),
        summaries=folding.summaries(),
        stores=folding.fold_stores(),
        removals=DynamoRemovals(bootstrap.dynamodb(), own.registry_table),
        sync=folding.sync_providers_queue(),
        translate=reconciling.translating(
            lambda event, asked_at: stripe.fact_from(
                event,
                pseudonyms=bootstrap.pseudonyms(),
                policy=bootstrap.policy(),
                recorded_at=asked_at,
                modes=own.stripe_modes,
                account=own.stripe_account,
            )
        ),
        record=lambda fact: append(fact, ledger=bootstrap.ledger(), policy=bootstrap.policy()),
        in_parallel=bootstrap.in_parallel,
        told=reconciling.tell,
        policy=bootstrap.policy(),
        pseudonyms=bootstrap.pseudonyms(),
        now=bootstrap.now,
    )


def history_import() -> HistoryImport:
    """Raises SecretsUnavailable, ProviderUnavailable."""
    from privacy.inbound import importing
    from privacy.inbound import stripe_history as past
    from privacy.inbound.recording import append
    from privacy.operations.history.import_history import HistoryImport
    from privacy.operations.people.honour_gone import admitted

    stores = folding.fold_stores()
    return HistoryImport(
        runs=folding.runs(),
        history=providers.stripe_history(),
        directory=providers.mailchimp_audiences(),
        audiences=providers.audiences(),
        people=stores.people,
        summaries=folding.summaries(),
        read=importing.reading(
            lambda kind, listed, asked_at: past.facts_from(
                kind,
                listed,
                pseudonyms=bootstrap.pseudonyms(),
                policy=bootstrap.policy(),
                recorded_at=asked_at,
                modes=bootstrap.settings().stripe_modes,
            )
        ),
        held=stores.ledger.held,
        admitted=lambda facts: admitted(
            facts, ledger=stores.ledger, registry=stores.registry, policy=bootstrap.policy()
        ),
        record=lambda fact: append(fact, ledger=bootstrap.ledger(), policy=bootstrap.policy()),
        in_parallel=bootstrap.in_parallel,
        set_aside=importing.set_aside,
        sync=folding.sync_providers_queue(),
        reconcile=reconcile_queue(),
        pseudonyms=bootstrap.pseudonyms(),
        now=bootstrap.now,
    )
