"""The architecture as lint: what the template must say, asserted on what SAM makes of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from privacy.inbound.retries import LONGEST, pause

ROOT = Path(__file__).resolve().parents[2]
Resource = dict[str, Any]

#: Actions for which IAM knows no resource, so that "*" is all there is to write.
WITHOUT_RESOURCE = {
    "cloudwatch:GetMetricData",
    "ses:DeleteSuppressedDestination",
    "ses:GetSuppressedDestination",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
#: The suffixes that AWS itself asks for: a log group's streams, a table's streams.
SUFFIXES = {
    "dynamodb:ListStreams": tuple(
        f":table/${{{table}TableName}}/stream/*" for table in ("Ledger", "People", "Requests")
    ),
    **dict.fromkeys(
        ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
        (
            "${MailBucketName}/inbound/*",
            "${ReplayBucketName}/gone/*",
            "${ReplayBucketName}/stay/*",
            "${PackagesBucketName}/packages/*",
            "${EvidenceBucketName}/evidence/*",
        ),
    ),
}


#: What only the shop can say, and has to: a default would send people's mail to nobody.
OF_THE_SHOP = {"CustomerServiceAddress", "DpoAddress"}


@cache
def _written(name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = yaml_parse((ROOT / name).read_text())
    return parsed


@pytest.fixture(scope="module")
def resources() -> dict[str, Resource]:
    """The processed template: what CloudFormation is given."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
        template = yaml_parse((ROOT / "template.yaml").read_text())
        for resource in template["Resources"].values():
            for uri in ("CodeUri", "ContentUri"):
                if uri in resource.get("Properties", {}):
                    resource["Properties"][uri] = "s3://bucket/key"
        template["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
        policies: dict[str, str] = {}
        processed = Translator(policies, Parser()).translate(template, {})
    made: dict[str, Resource] = processed["Resources"]
    return made


def _of(resources: dict[str, Resource], kind: str) -> dict[str, Resource]:
    return {name: r["Properties"] for name, r in resources.items() if r["Type"] == kind}


def _functions(resources: dict[str, Resource]) -> dict[str, Resource]:
    return _of(resources, "AWS::Lambda::Function")


def _target(value: object) -> str:
    """The logical id that a Ref, GetAtt or Sub leads to."""
    match value:
        case {"Ref": str(name)}:
            return name
        case {"Fn::GetAtt": [str(name), *_]}:
            return name
        case _:
            raise AssertionError(value)


def _stem(logical_id: str) -> str:
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", logical_id.removesuffix("Function")).lower()


def _statements(role: Resource) -> Iterator[dict[str, Any]]:
    for policy in role.get("Policies", []):
        yield from policy["PolicyDocument"]["Statement"]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# --- functions


def test_each_handler_folder_is_a_function_and_each_function_a_folder(resources: dict[str, Resource]) -> None:
    folders = {path.parent.name for path in ROOT.glob("functions/*/handler.py")}
    assert {_stem(name) for name in _functions(resources)} == folders


def test_a_function_is_named_like_its_folder_in_handler_service_role_and_logs(
    resources: dict[str, Resource],
) -> None:
    for name, function in _functions(resources).items():
        stem = _stem(name)
        assert function["Handler"] == f"functions.{stem}.handler.handle"
        assert function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == stem
        assert function["LoggingConfig"]["LogFormat"] == "JSON"
        assert _target(function["LoggingConfig"]["LogGroup"]) == name.replace("Function", "LogGroup")
        assert _target(function["Role"]) == name.replace("Function", "Role")


def test_functions_run_python_3_13_traced_on_the_chosen_architecture(resources: dict[str, Resource]) -> None:
    for function in _functions(resources).values():
        assert function["Runtime"] == "python3.13"
        assert function["Architectures"] == [{"Ref": "Arch"}]
        assert function["TracingConfig"] == {"Mode": "Active"}
    layer = _written("template.yaml")["Resources"]["CoreLayer"]
    assert layer["Metadata"]["BuildArchitecture"] == {"Ref": "Arch"}
    assert _written("template.yaml")["Parameters"]["Arch"]["Default"] == "arm64"


def test_every_log_group_forgets_after_a_year(resources: dict[str, Resource]) -> None:
    groups = _of(resources, "AWS::Logs::LogGroup")
    assert {group["RetentionInDays"] for group in groups.values()} == {365}


# --- rights


def test_each_function_has_a_role_of_its_own(resources: dict[str, Resource]) -> None:
    roles = [_target(function["Role"]) for function in _functions(resources).values()]
    assert len(set(roles)) == len(roles)
    assert set(roles) <= set(_of(resources, "AWS::IAM::Role"))


def test_roles_hold_no_managed_policy_and_no_wildcard(resources: dict[str, Resource]) -> None:
    for name, role in _of(resources, "AWS::IAM::Role").items():
        if not name.startswith("Operator"):
            assert "ManagedPolicyArns" not in role, name
        for statement in _statements(role):
            actions = _listed(statement["Action"])
            assert statement["Effect"] == "Allow"
            assert not any("*" in action for action in actions), (name, actions)
            for resource in _listed(statement["Resource"]):
                if set(actions) <= WITHOUT_RESOURCE:
                    continue
                text = resource.get("Fn::Sub", "") if isinstance(resource, dict) else resource
                allowed = all(action in SUFFIXES and text.endswith(SUFFIXES[action]) for action in actions)
                assert "*" not in text or allowed, (name, actions, text)


def test_operators_may_call_their_routes_and_nothing_else(resources: dict[str, Resource]) -> None:
    for name, policy in _of(resources, "AWS::IAM::ManagedPolicy").items():
        for statement in policy["PolicyDocument"]["Statement"]:
            assert _listed(statement["Action"]) == ["execute-api:Invoke"], name
            for resource in _listed(statement["Resource"]):
                # a managed policy holds 6,144 characters: what is all of them is said at once
                route = r"\*" if name == "OperatorDpoPolicy" else "[a-z/]+"
                assert re.search(rf"/\$default/(GET|POST)/operator/{route}$", resource["Fn::Sub"]), name


def _env_names_of_settings() -> set[str]:
    module = ast.parse((ROOT / "layers/core/privacy/settings.py").read_text())
    texts = {
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", text)}


def test_the_template_sets_what_settings_reads_and_nothing_else(resources: dict[str, Resource]) -> None:
    given = {name for f in _functions(resources).values() for name in f["Environment"]["Variables"]}
    read = {name for name in _env_names_of_settings() if not name.startswith("AWS_LAMBDA_")}
    assert given - {"POWERTOOLS_SERVICE_NAME"} == read


def test_a_function_is_told_of_the_tables_queues_and_secrets_that_it_may_use(
    resources: dict[str, Resource],
) -> None:
    for name, function in _functions(resources).items():
        variables = function["Environment"]["Variables"]
        told = {str(value.get("Ref", "")) for value in variables.values() if isinstance(value, dict)}
        told = {t for t in told if t.endswith(("TableName", "SecretArn", "Queue"))}
        role = resources[_target(function["Role"])]["Properties"]
        may: set[str] = set()
        for statement in _statements(role):
            for resource in _listed(statement["Resource"]):
                if "secretsmanager:GetSecretValue" in statement["Action"]:
                    may.add(_target(resource))
                elif any(
                    re.match("dynamodb:(?!.*Stream|GetRecords|GetShard)", a) for a in statement["Action"]
                ):
                    may.update(re.findall(r"table/\$\{(\w+)\}(?:/index/\w+)?$", resource["Fn::Sub"]))
                elif {"sqs:SendMessage", "sqs:ChangeMessageVisibility"} & set(
                    statement["Action"]
                ) and not _target(resource).endswith("StreamDeadLetterQueue"):
                    may.add(_target(resource))
        assert told == may, name


# --- queues and streams


def _dead_letter_queues(resources: dict[str, Resource]) -> set[str]:
    return {name for name in _of(resources, "AWS::SQS::Queue") if name.endswith("DeadLetterQueue")}


def test_every_queue_has_a_dead_letter_queue(resources: dict[str, Resource]) -> None:
    queues = _of(resources, "AWS::SQS::Queue")
    for name in queues.keys() - _dead_letter_queues(resources):
        redrive = queues[name]["RedrivePolicy"]
        assert _target(redrive["deadLetterTargetArn"]) == name.removesuffix("Queue") + "DeadLetterQueue"
        assert 3 <= redrive["maxReceiveCount"] <= 5 or name in _awaiting_a_provider(resources)


def _awaiting_a_provider(resources: dict[str, Resource]) -> set[str]:
    """Of SES, of the purge, and of the functions that call Mailchimp and are driven by a stream: their own queues."""
    callers = {
        name
        for name, function in _functions(resources).items()
        if "MAILCHIMP_API_SECRET_ID" in function["Environment"]["Variables"]
    }
    streamed = {_target(mapping["FunctionName"]) for mapping in _stream_mappings(resources).values()}
    streamed |= {"CarryOutFunction", "DraftAnswersFunction", "RetentionPurgeFunction"}
    return {"SendMailQueue", *(name.removesuffix("Function") + "Queue" for name in callers & streamed)}


def test_a_day_without_a_provider_loses_nothing_and_raises_an_alarm(resources: dict[str, Resource]) -> None:
    assert "ReadBackMailchimpQueue" in _awaiting_a_provider(resources)
    for name in _awaiting_a_provider(resources):
        tries = resources[name]["Properties"]["RedrivePolicy"]["maxReceiveCount"]
        assert sum(pause(times, 0.0) for times in range(1, tries)) > 24 * 3600, name
        stem = name.removesuffix("Queue")
        assert resources[f"{stem}RecordOverdueAlarm"]["Properties"]["Period"] > LONGEST
        (own,) = (
            statement["Action"]
            for statement in _statements(resources[f"{stem}Role"]["Properties"])
            if "sqs:ReceiveMessage" in statement["Action"]
        )
        assert "sqs:ChangeMessageVisibility" in own, name


def test_dead_letters_wait_for_two_weeks_and_raise_an_alarm(resources: dict[str, Resource]) -> None:
    alarmed = {
        _target(alarm["Dimensions"][0]["Value"])
        for alarm in _of(resources, "AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible" and alarm["Threshold"] == 1
    }
    assert alarmed == _dead_letter_queues(resources)
    for name in alarmed:
        assert resources[name]["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_queues_are_encrypted_and_refuse_plain_http(resources: dict[str, Resource]) -> None:
    queues = _of(resources, "AWS::SQS::Queue")
    covered = []
    for policy in _of(resources, "AWS::SQS::QueuePolicy").values():
        first = policy["PolicyDocument"]["Statement"][0]
        assert first["Effect"] == "Deny"
        assert first["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        covered += [_target(queue) for queue in policy["Queues"]]
    assert sorted(covered) == sorted(queues)
    assert all(queue["SqsManagedSseEnabled"] is True for queue in queues.values())


def test_a_queue_hides_a_message_for_six_times_its_functions_timeout(resources: dict[str, Resource]) -> None:
    for mapping in _of(resources, "AWS::Lambda::EventSourceMapping").values():
        queue = resources.get(str(mapping["EventSourceArn"].get("Fn::GetAtt", [""])[0]))
        if queue:
            timeout = resources[_target(mapping["FunctionName"])]["Properties"]["Timeout"]
            assert queue["Properties"]["VisibilityTimeout"] >= 6 * timeout


def test_all_functions_together_leave_mailchimp_connections_for_the_shops_others(
    resources: dict[str, Resource],
) -> None:
    """Mailchimp serves ten an account (docs/providers.md "Members"): only queues, with a limit, lead there."""
    callers = {
        name
        for name, function in _functions(resources).items()
        if "MAILCHIMP_API_SECRET_ID" in function["Environment"]["Variables"]
    }
    limits = {
        _target(mapping["FunctionName"]): mapping["ScalingConfig"]["MaximumConcurrency"]
        for mapping in _of(resources, "AWS::Lambda::EventSourceMapping").values()
        if "ScalingConfig" in mapping
    }
    # of a run one works, and whoever is second stops
    runs = {"ImportHistoryFunction", "ReconcileFunction"}
    answers = {"CarryOutFunction", "DraftAnswersFunction"}
    nightly = {"ReconcileFunction", "RetentionPurgeFunction"}
    assert runs | answers | {"RetentionPurgeFunction", "SyncProvidersFunction"} < callers
    connections = {name: 1 if name in runs else limits[name] for name in callers}
    # answers follow what people do by day; the past is imported once
    assert sum(connections[name] for name in callers - nightly - {"ImportHistoryFunction"}) <= 8
    assert sum(connections[name] for name in callers - answers) <= 8


def test_batches_report_their_failures_one_by_one(resources: dict[str, Resource]) -> None:
    for name, mapping in _of(resources, "AWS::Lambda::EventSourceMapping").items():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name


def _stream_mappings(resources: dict[str, Resource]) -> dict[str, Resource]:
    mappings = _of(resources, "AWS::Lambda::EventSourceMapping")
    streams = [{"Ref": f"{table}StreamArn"} for table in ("Ledger", "People", "Requests")]
    return {name: m for name, m in mappings.items() if m["EventSourceArn"] in streams}


def test_every_stream_consumer_has_somewhere_to_fail_to_and_an_alarm_for_falling_behind(
    resources: dict[str, Resource],
) -> None:
    alarms = _of(resources, "AWS::CloudWatch::Alarm").values()
    late = {_target(a["Dimensions"][0]["Value"]) for a in alarms if a["MetricName"] == "IteratorAge"}
    consumers = set()
    for mapping in _stream_mappings(resources).values():
        function = _target(mapping["FunctionName"])
        consumers.add(function)
        failed = _target(mapping["DestinationConfig"]["OnFailure"]["Destination"])
        assert failed == function.removesuffix("Function") + "StreamDeadLetterQueue"
        assert mapping["BisectBatchOnFunctionError"] is True
        assert 0 < mapping["MaximumRetryAttempts"] <= 10
    assert (
        consumers
        == late
        == {
            "FoldPeopleFunction",
            "ReadBackMailchimpFunction",
            "SyncProvidersFunction",
            "ReactToRequestsFunction",
        }
    )


def test_every_function_raises_an_alarm_when_it_fails(resources: dict[str, Resource]) -> None:
    alarms = _of(resources, "AWS::CloudWatch::Alarm").values()
    watched = {_target(a["Dimensions"][0]["Value"]) for a in alarms if a["MetricName"] == "Errors"}
    assert watched == set(_functions(resources))


def test_alarms_watch_metrics_that_are_counted_where_they_look(resources: dict[str, Resource]) -> None:
    source = (ROOT / "layers/core/privacy/metrics.py").read_text()
    ours = {
        n: a
        for n, a in _of(resources, "AWS::CloudWatch::Alarm").items()
        if not a["Namespace"].startswith("AWS/")
    }
    assert {alarm["MetricName"] for alarm in ours.values()} == {
        "BreachOverdue",
        "ConsentUnproven",
        "FactConflict",
        "MemberRefused",
        "MissedOrder",
        "ObjectionUnconfirmed",
        "PackageBroken",
        "PurgeLate",
        "PurgeSkipped",
        "RecordOverdue",
        "RecordSetAside",
        "RedactionFailed",
        "RemovalsHeld",
        "RequestOverdue",
        "RunCompleted",
        "RunHeld",
        "SubscribedWithoutConsent",
        "WebhookMissed",
    }
    for name, alarm in ours.items():
        function = name.removesuffix(f"{alarm['MetricName']}Alarm") + "Function"
        variables = resources[function]["Properties"]["Environment"]["Variables"]
        assert alarm["Dimensions"] == [{"Name": "service", "Value": variables["POWERTOOLS_SERVICE_NAME"]}]
        assert f'NAMESPACE = "{alarm["Namespace"]}"' in source
        assert f'"{alarm["MetricName"]}"' in source


def test_whoever_writes_facts_of_a_provider_raises_an_alarm_on_conflicts(
    resources: dict[str, Resource],
) -> None:
    alarmed = {n.removesuffix("FactConflictAlarm") for n in resources if n.endswith("FactConflictAlarm")}
    entrances = {"StripeWebhook", "StripeEventbridge", "MailchimpWebhook"}
    assert alarmed == entrances | {
        "ReadBackMailchimp",
        "FoldPeople",
        "SyncProviders",
        "ImportHistory",
        "Reconcile",
        "InboundMail",
        "ReactToRequests",
        "RetentionPurge",
        "CarryOut",
    }


def test_every_alarm_reaches_the_topic_and_has_its_place_in_the_runbook(
    resources: dict[str, Resource],
) -> None:
    runbook = (ROOT / "docs/runbook.md").read_text()
    for name, alarm in _of(resources, "AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}], name
        assert f"`{name}`" in runbook, name


@pytest.mark.parametrize(
    ("name", "at", "hours"),
    [
        ("RetentionPlan", "cron(30 3 * * ? *)", 26),
        ("Reconcile", "cron(30 4 * * ? *)", 26),
        ("DeadlineWatch", "cron(0 9 * * ? *)", 26),
        ("SweepRequests", "cron(0 * * * ? *)", 3),
    ],
)
def test_what_runs_by_the_clock_runs_once_in_paris_and_is_missed(
    resources: dict[str, Resource], name: str, at: str, hours: int
) -> None:
    schedule = resources[f"{name}Schedule"]["Properties"]
    assert schedule["ScheduleExpression"] == at
    assert schedule["ScheduleExpressionTimezone"] == "Europe/Paris"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    # a restore is put in order before anything is done about what is in it
    assert schedule["State"] == {"Fn::If": ["RoutesClosed", "DISABLED", "ENABLED"]}
    target = schedule["Target"]
    assert (_target(target["Arn"]), target["Input"]) == (f"{name}Queue", "{}")
    assert _target(target["DeadLetterConfig"]["Arn"]) == f"{name}DeadLetterQueue"
    (statement,) = _statements(resources[_target(target["RoleArn"])]["Properties"])
    assert statement["Action"] == ["sqs:SendMessage"]
    assert {_target(r) for r in statement["Resource"]} == {f"{name}Queue", f"{name}DeadLetterQueue"}
    alarm = resources[f"{name}RunCompletedAlarm"]["Properties"]
    assert alarm["Period"] * alarm["EvaluationPeriods"] == hours * 3600
    assert alarm["ComparisonOperator"] == "LessThanThreshold"
    assert alarm["TreatMissingData"] == "breaching"


def test_these_are_all_that_run_by_the_clock(resources: dict[str, Resource]) -> None:
    schedules = _of(resources, "AWS::Scheduler::Schedule")
    assert set(schedules) == {
        "RetentionPlanSchedule",
        "ReconcileSchedule",
        "DeadlineWatchSchedule",
        "SweepRequestsSchedule",
    }


@pytest.mark.parametrize("name", ["InboundMail", "SettleMail"])
def test_what_a_rule_puts_on_a_queue_names_nobody(resources: dict[str, Resource], name: str) -> None:
    rule = resources[f"{name}Rule"]["Properties"]
    assert rule["State"] == {"Fn::If": ["RoutesClosed", "DISABLED", "ENABLED"]}
    (target,) = rule["Targets"]
    assert _target(target["Arn"]) == f"{name}Queue"
    assert _target(target["DeadLetterConfig"]["Arn"]) == f"{name}DeadLetterQueue"
    taken = set(target["InputTransformer"]["InputPathsMap"].values())
    assert taken <= {
        "$.detail.object.key",
        "$.detail.mail.tags.letter[0]",
        "$.detail.eventType",
        "$.detail.mail.messageId",
        "$.detail.bounce.bounceType",
    }
    _, sends = resources[f"{name}QueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert sends["Principal"] == {"Service": "events.amazonaws.com"}
    assert sends["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [f"{name}Rule", "Arn"]}}}


# --- routes


def _routes(resources: dict[str, Resource]) -> dict[str, dict[str, Any]]:
    (api,) = _of(resources, "AWS::ApiGatewayV2::Api").values()
    paths = api["Body"]["paths"]
    return {f"{verb.upper()} {path}": route for path, verbs in paths.items() for verb, route in verbs.items()}


def test_the_routes_are_these_and_operators_sign_theirs(resources: dict[str, Resource]) -> None:
    signed = {name: bool(route.get("security")) for name, route in _routes(resources).items()}
    assert signed == {
        "POST /webhooks/stripe": False,
        "GET /webhooks/mailchimp/{key}": False,
        "POST /webhooks/mailchimp/{key}": False,
        "GET /stay/{token}": False,
        "POST /stay/{token}": False,
        "POST /choices/{token}": False,
        "GET /choices/{token}": False,
        "POST /answer/{token}": False,
        "GET /answer/{token}": False,
        "GET /document/{token}/done": False,
        "GET /document/{token}": False,
        "POST /confirm/{token}": False,
        "GET /confirm/{token}": False,
        "POST /operator/holds": True,
        "POST /operator/holds/lookups": True,
        "POST /operator/holds/releases": True,
        "POST /operator/imports": True,
        "POST /operator/imports/approvals": True,
        "POST /operator/imports/status": True,
        "POST /operator/notes/closings": True,
        "POST /operator/notes/lookups": True,
        "POST /operator/orders": True,
        "POST /operator/orders/deliveries": True,
        "POST /operator/people/links/decisions": True,
        "POST /operator/people/links/lookups": True,
        "POST /operator/people/links/previews": True,
        "POST /operator/people/lookups": True,
        "POST /operator/rebuilds": True,
        "POST /operator/reconciliations": True,
        "POST /operator/reconciliations/approvals": True,
        "POST /operator/reconciliations/status": True,
        "POST /operator/replays": True,
        "POST /operator/replays/status": True,
        "POST /operator/requests": True,
        "POST /operator/requests/decisions": True,
        "POST /operator/requests/details": True,
        "POST /operator/requests/extensions": True,
        "POST /operator/requests/lookups": True,
        "POST /operator/requests/notes": True,
        "POST /operator/requests/raw": True,
        "POST /operator/requests/withdrawals": True,
        "POST /operator/retention/calendars": True,
        "POST /operator/retention/explanations": True,
        "POST /operator/retention/plans": True,
        "POST /operator/retention/receipts": True,
        "POST /operator/retention/runs": True,
        "POST /operator/retention/runs/approvals": True,
        "POST /operator/retention/runs/status": True,
        "POST /operator/restrictions/lifts": True,
        "POST /operator/restrictions/announcements": True,
        "POST /operator/restrictions": True,
        "POST /operator/requests/verifications": True,
        "POST /operator/requests/refusals": True,
        "POST /operator/requests/proofs": True,
        "POST /operator/requests/previews": True,
        "POST /operator/requests/notices": True,
        "POST /operator/requests/identity": True,
        "POST /operator/requests/fees": True,
        "POST /operator/requests/drafts": True,
        "POST /operator/requests/approvals": True,
        "POST /operator/register/counts": True,
        "POST /operator/people/disclosures": True,
        "POST /operator/directives/revocations": True,
        "POST /operator/directives/lookups": True,
        "POST /operator/breaches/lookups": True,
        "POST /operator/breaches/entries": True,
        "POST /operator/breaches": True,
    }
    for name, route in _routes(resources).items():
        if signed[name]:
            assert route["security"] == [{"AWS_IAM": []}]


def test_the_access_log_holds_no_path_and_nobodys_address(resources: dict[str, Resource]) -> None:
    (stage,) = _of(resources, "AWS::ApiGatewayV2::Stage").values()
    logged = set(re.findall(r"\$context\.([\w.]+)", stage["AccessLogSettings"]["Format"]))
    assert logged == {
        "requestId",
        "requestTime",
        "routeKey",
        "status",
        "responseLength",
        "responseLatency",
        "integrationStatus",
    }


def test_callers_are_throttled_and_can_be_turned_away_during_a_restore(
    resources: dict[str, Resource],
) -> None:
    (stage,) = _of(resources, "AWS::ApiGatewayV2::Stage").values()
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == {"Fn::If": ["RoutesClosed", 0, 500]}
    assert set(stage["RouteSettings"]) == {name for name in _routes(resources) if " /webhooks/" not in name}
    rates = {name: route["ThrottlingRateLimit"] for name, route in stage["RouteSettings"].items()}
    closed = {name for name, rate in rates.items() if isinstance(rate, dict)}
    # what is written into a table that is being replaced would be lost
    assert closed == {
        "POST /operator/imports",
        "POST /operator/imports/approvals",
        "POST /operator/notes/closings",
        "POST /operator/notes/lookups",
        "POST /operator/orders",
        "POST /operator/orders/deliveries",
        "POST /operator/people/links/decisions",
        "POST /operator/reconciliations",
        "POST /operator/reconciliations/approvals",
        "POST /operator/requests",
        "POST /operator/requests/decisions",
        "POST /operator/requests/extensions",
        "POST /operator/requests/notes",
        "POST /operator/requests/withdrawals",
        "POST /operator/holds",
        "POST /operator/holds/releases",
        "POST /operator/retention/runs",
        "POST /operator/retention/runs/approvals",
        "GET /stay/{token}",
        "POST /choices/{token}",
        "GET /choices/{token}",
        "POST /answer/{token}",
        "GET /answer/{token}",
        "GET /document/{token}/done",
        "GET /document/{token}",
        "POST /confirm/{token}",
        "GET /confirm/{token}",
        "POST /operator/restrictions/lifts",
        "POST /operator/restrictions/announcements",
        "POST /operator/restrictions",
        "POST /operator/requests/verifications",
        "POST /operator/requests/refusals",
        "POST /operator/requests/notices",
        "POST /operator/requests/identity",
        "POST /operator/requests/fees",
        "POST /operator/requests/drafts",
        "POST /operator/requests/approvals",
        "POST /operator/people/disclosures",
        "POST /operator/directives/revocations",
        "POST /operator/breaches/entries",
        "POST /operator/breaches",
        "POST /stay/{token}",
    }
    assert all(rates[name]["Fn::If"][:2] == ["RoutesClosed", 0] for name in closed)
    slow = {name for name in rates if "/operator/" in name}
    assert all(0 < (rates[name]["Fn::If"][2] if name in closed else rates[name]) < 10 for name in slow)
    assert all(rates[name]["Fn::If"][2] <= 20 for name in rates.keys() - slow)


# --- parameters and storage


def test_storage_hands_over_its_names_as_the_parameters_that_the_template_takes() -> None:
    parameters = _written("template.yaml")["Parameters"]
    required = {name for name, parameter in parameters.items() if "Default" not in parameter}
    assert required - OF_THE_SHOP == set(_written("infra/storage.yaml")["Outputs"])
    assert required >= OF_THE_SHOP


def test_every_empty_default_says_what_empty_means() -> None:
    for name, parameter in _written("template.yaml")["Parameters"].items():
        if parameter.get("Default") == "":
            assert "Empty - " in parameter["Description"], name


def test_what_storage_holds_outlives_its_stack() -> None:
    for name, resource in _written("infra/storage.yaml")["Resources"].items():
        assert resource["DeletionPolicy"] == "Retain", name
        assert resource["UpdateReplacePolicy"] == "Retain", name


def test_tables_are_encrypted_recoverable_protected_and_paid_by_use() -> None:
    tables = _of(_written("infra/storage.yaml")["Resources"], "AWS::DynamoDB::Table")
    assert set(tables) == {"LedgerTable", "PeopleTable", "RegistryTable", "RequestsTable", "ArchiveTable"}
    for table in tables.values():
        assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
        assert table["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
        assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_streams_carry_keys_only() -> None:
    tables = _of(_written("infra/storage.yaml")["Resources"], "AWS::DynamoDB::Table")
    views = {
        table["StreamSpecification"]["StreamViewType"]
        for table in tables.values()
        if "StreamSpecification" in table
    }
    assert views == {"KEYS_ONLY"}


def test_mail_is_kept_once_encrypted_for_nobody_else_and_over_tls_only() -> None:
    storage = _written("infra/storage.yaml")["Resources"]
    bucket = storage["MailBucket"]["Properties"]
    assert "VersioningConfiguration" not in bucket, "what is deleted must be gone"
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]
    refusal, entrance = storage["MailBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert refusal["Effect"] == "Deny"
    assert refusal["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert entrance["Principal"] == {"Service": "ses.amazonaws.com"}
    assert entrance["Action"] == "s3:PutObject"
    assert entrance["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert entrance["Resource"] == {"Fn::Sub": "${MailBucket.Arn}/inbound/*"}


def test_ses_keeps_a_message_before_anything_else_and_bounces_none_for_want_of_tls() -> None:
    rule = _written("infra/mail.yaml")["Resources"]["ReceiveMail"]["Properties"]["Rule"]
    assert rule["TlsPolicy"] == "Optional"
    assert rule["ScanEnabled"] is True
    assert rule["Actions"] == [
        {"S3Action": {"BucketName": {"Ref": "MailBucketName"}, "ObjectKeyPrefix": "inbound/"}}
    ]


def test_letters_go_over_tls_only_and_ses_tells_what_became_of_each() -> None:
    mail = _written("infra/mail.yaml")["Resources"]
    assert mail["Letters"]["Properties"]["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
    told = mail["LetterOutcomes"]["Properties"]["EventDestination"]["MatchingEventTypes"]
    assert {"SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT"} <= set(told)


def test_no_template_holds_a_secrets_value() -> None:
    secrets = _of(_written("infra/storage.yaml")["Resources"], "AWS::SecretsManager::Secret")
    assert len(secrets) == 6
    for secret in secrets.values():
        assert not {"SecretString", "GenerateSecretString"} & set(secret)
