"""Where a length of policy/imera.toml stands elsewhere too, both agree; docs/retention.md says what the rules say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from cli.local.retention_doc import PAGE, page
from privacy import policy
from privacy.domain.retention import Span
from privacy.outbound import dynamodb_receipts, dynamodb_registry, dynamodb_runs

ROOT = Path(__file__).resolve().parents[2]
POLICY = policy.load()


def kept(rule: str, trigger: str) -> Span:
    return POLICY.retention[rule].span(trigger)


def of_type(wanted: str) -> list[dict[str, Any]]:
    """The properties of every resource of that type."""
    found: list[dict[str, Any]] = []
    for path in (ROOT / "template.yaml", *sorted((ROOT / "infra").glob("*.yaml"))):
        resources = yaml_parse(path.read_text())["Resources"].values()
        found += [resource["Properties"] for resource in resources if resource["Type"] == wanted]
    return found


def test_the_page_for_the_dpo_is_what_the_rules_say() -> None:
    assert PAGE.read_text() == page(POLICY), "python -m cli.local.retention_doc"


def test_stores_that_forget_by_themselves_do_so_when_the_rules_say() -> None:
    assert Span("refusal", years=dynamodb_registry.SUPPRESSION_YEARS) == kept("R9", "refusal")
    assert Span("write", years=dynamodb_registry.READ_LOG_YEARS) == kept("R26", "write")
    assert Span("run", years=dynamodb_runs.RUN_YEARS) == kept("R31", "run")
    assert Span("erasure", days=dynamodb_receipts.IDS_DAYS) == kept("R32", "erasure"), (
        "a receipt names somebody for as long as the replay list does"
    )
    for days in (
        dynamodb_registry.EVENT_DAYS,
        dynamodb_registry.GONE_DAYS,
        dynamodb_runs.REMOVALS_DAYS,
    ):
        assert Span("write", days=days) == kept("R24", "write")


def test_r25_every_log_group_forgets_when_the_rule_says() -> None:
    groups = of_type("AWS::Logs::LogGroup")
    assert groups
    assert {group["RetentionInDays"] for group in groups} == {kept("R25", "write").days}


def test_r32_the_replay_list_is_kept_and_gone_when_the_rule_says() -> None:
    (bucket,) = [b for b in of_type("AWS::S3::Bucket") if "-replay-" in str(b.get("BucketName"))]
    days = kept("R32", "erasure").days
    assert bucket["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]["Days"] == days
    assert {rule["ExpirationInDays"] for rule in bucket["LifecycleConfiguration"]["Rules"]} == {days}


def test_r12_a_package_that_no_purge_has_heard_of_is_gone_when_the_rule_says() -> None:
    (bucket,) = [b for b in of_type("AWS::S3::Bucket") if "-packages-" in str(b.get("BucketName"))]
    days = kept("R12", "write").days
    assert {rule["ExpirationInDays"] for rule in bucket["LifecycleConfiguration"]["Rules"]} == {days}


def test_e151_a_document_that_nobody_has_decided_about_is_gone_when_the_rule_says() -> None:
    """Every version of it: what is deleted in a store with versions is there until these go."""
    (bucket,) = [b for b in of_type("AWS::S3::Bucket") if "-evidence-" in str(b.get("BucketName"))]
    days = kept("R13", "receipt").days
    assert {rule["ExpirationInDays"] for rule in bucket["LifecycleConfiguration"]["Rules"]} == {days}
    assert {rule["Status"] for rule in bucket["LifecycleConfiguration"]["Rules"]} == {"Enabled"}
    assert bucket.get("VersioningConfiguration", {}).get("Status") != "Enabled"
