"""What the local back office makes before anything runs."""

import json
import socket
from pathlib import Path

import pytest

from cli.local import build, places, private_file
from cli.local.packages import zipped
from cli.local.places import StateDirectory
from cli.local.ports import check_free, kept_ports
from cli.local.routes import described_routes
from cli.local.secrets import kept_secrets
from cli.local.single import Lock
from cli.local.trouble import Trouble


def test_secrets_are_made_once_and_are_the_owners_alone(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path)
    first = kept_secrets(state, {})
    assert kept_secrets(state, {}) == first
    assert state.secrets.stat().st_mode & 0o777 == 0o600
    assert first["stripe-webhook"]["signing_secrets"][0].startswith("whsec_")
    assert first["mailchimp-api"]["api_key"].endswith("-us21")
    assert first["stripe-api"]["api_key"].startswith("rk_test_")


def test_a_secret_that_an_older_start_did_not_know_is_made_beside_the_kept_ones(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path)
    older = {name: value for name, value in kept_secrets(state, {}).items() if name != "stripe-api"}
    private_file.write(state.secrets, older)
    now = kept_secrets(state, {})
    assert {name: now[name] for name in older} == older
    assert json.loads(state.secrets.read_text())["stripe-api"] == now["stripe-api"]


def test_the_environment_overrides_secrets_without_being_written_down(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path)
    made = kept_secrets(state, {})
    used = kept_secrets(
        state,
        {
            "STRIPE_WEBHOOK_SECRET": "whsec_given",
            "MAILCHIMP_WEBHOOK_SECRET": "given",
            "MAILCHIMP_WEBHOOK_KEY": "key",
        },
    )
    assert used["stripe-webhook"] == {"signing_secrets": ["whsec_given"]}
    assert used["mailchimp-webhook"] == {"path_keys": ["key"], "signing_secrets": ["given"]}
    assert used["pepper"] == made["pepper"]
    assert json.loads(state.secrets.read_text()) == made


def test_a_zip_depends_on_the_files_alone(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = tmp_path / name
        (folder / "functions").mkdir(parents=True)
        (folder / "functions" / "handler.py").write_text("pass\n")
    assert zipped(tmp_path / "one") == zipped(tmp_path / "two")
    (tmp_path / "two" / "functions" / "handler.py").write_text("...\n")
    assert zipped(tmp_path / "one") != zipped(tmp_path / "two")


def test_routes_come_from_the_api_description() -> None:
    uri = "arn:x:apigateway:${AWS::Region}:lambda:path/x/functions/${StripeWebhookFunction.Arn}/invocations"
    integration = {"x-amazon-apigateway-integration": {"uri": {"Fn::Sub": uri}}}
    description = {
        "paths": {
            "/webhooks/stripe": {"post": integration},
            "/operator/rebuilds": {"post": {**integration, "security": [{"AWS_IAM": []}]}},
        }
    }
    assert list(described_routes(description)) == [
        ("POST /webhooks/stripe", "StripeWebhookFunction", "NONE"),
        ("POST /operator/rebuilds", "StripeWebhookFunction", "AWS_IAM"),
    ]


def test_ports_stay_the_same_unless_somebody_took_one(tmp_path: Path) -> None:
    first = kept_ports(tmp_path / "ports.json", ["a", "b"])
    assert kept_ports(tmp_path / "ports.json", ["a", "b"]) == first
    with socket.create_server(("127.0.0.1", first["a"])):
        second = kept_ports(tmp_path / "ports.json", ["a", "b"])
        assert second["a"] != first["a"]
        assert second["b"] == first["b"]
        with pytest.raises(Trouble, match=f"Port {first['a']} is in use: .* PORT=<port>"):
            check_free(first["a"], "PORT")


def test_a_second_holder_of_the_lock_is_told_of_the_first(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    first.take()
    with pytest.raises(Trouble, match="already runs"):
        second.take()
    first.release()
    second.take()
    second.release()


def test_a_missing_tool_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "REPOSITORY", tmp_path)
    with pytest.raises(Trouble, match="run `make setup`"):
        places.tool("emulator", "python")


def test_a_broken_build_gives_sams_own_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = tmp_path / "sam"
    failing.write_text(
        "#!/bin/sh\necho 'Build Failed'\necho 'Error: handler.py is missing'\necho 'make: ***'\nexit 1\n"
    )
    failing.chmod(0o755)
    monkeypatch.setattr(build, "tool", lambda *_: failing)
    monkeypatch.setattr(build, "BUILT", tmp_path / "built")
    with pytest.raises(Trouble, match=r"sam build failed \(handler.py is missing\): see .*build.log"):
        build.built_template()
