"""What `sam build` makes: for the right architecture, compiled, complete, and without what nobody calls."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
ELF_MACHINES = {"x86_64": 62, "arm64": 183}

IMPORT = """
import importlib, json, sys
compiled = []
def heard(event, arguments):
    if event == "compile" and not str(arguments[1]).startswith("<"):
        compiled.append(str(arguments[1]))
sys.addaudithook(heard)
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps({"compiled": compiled, "files": [getattr(m, "__file__", None) for m in list(sys.modules.values())]}))
"""

#: Stripe answers in each of its ways, to the layer's own library.
READ = """
import json, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from privacy.outbound.patience import Jitter, Pace
from privacy.outbound.stripe import StripeHistory
from privacy.ports import ProviderUnavailable

class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *said):
        pass

def heard(answer):
    server.answer = answer
    try:
        return len(history.objects("charges", None).objects)
    except ProviderUnavailable as failed:
        return str(failed)

server = HTTPServer(("127.0.0.1", 0), Answers)
threading.Thread(target=server.serve_forever, daemon=True).start()
at_once, pace = Jitter(lambda _: None, lambda: 0), Pace(1000, lambda: 0, lambda _: None)
history = StripeHistory("rk_test_1", (), at_once, pace, base_url=f"http://127.0.0.1:{server.server_port}")
page = b'{"data": [{"id": "ch_1", "object": "charge", "created": 1}], "has_more": true}'
refused = json.dumps({"error": {"charge": "ch_1", "payment_intent": {"id": "pi_1", "object": "payment_intent"}}})
statuses = (400, 401, 402, 403, 404, 409, 429, 500)
print(json.dumps([heard((200, page)), heard((200, b"<p>")), *(heard((s, refused.encode())) for s in statuses)]))
"""


class Built:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.layer = folder / "CoreLayer" / "python"
        self.template: dict[str, Any] = yaml_parse((folder / "template.yaml").read_text())

    def functions(self) -> dict[str, dict[str, Any]]:
        resources = self.template["Resources"].items()
        return {name: r["Properties"] for name, r in resources if r["Type"] == "AWS::Serverless::Function"}

    def imports(self, *modules: str, function: str | None = None) -> dict[str, Any]:
        """What becomes of an import."""
        imported: dict[str, Any] = self.runs(IMPORT, *modules, function=function)
        return imported

    def runs(self, code: str, *arguments: str, function: str | None = None) -> Any:
        """Run in a Python that sees the standard library, the layer and the function's artifact only."""
        path = [str(self.layer)]
        environment = {"PATH": os.defpath, "AWS_DEFAULT_REGION": "eu-west-3"}
        if function:
            path.insert(0, str(self.folder / function))
            variables = self.functions()[function]["Environment"]["Variables"]
            environment |= dict.fromkeys(variables, "given")
            environment["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand"
        environment["PYTHONPATH"] = os.pathsep.join(path)
        python = str(Path(sys.base_prefix) / "bin" / "python3.13")
        command = [python, "-P", "-S", "-s", "-B", "-c", code, *arguments]
        result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout.splitlines()[-1])


def _build(folder: Path, architecture: str) -> Built:
    command = [str(ROOT / ".tools/sam/bin/sam"), "build", "--parallel", "--build-dir", str(folder / "build")]
    command += [
        "--template-file",
        str(ROOT / "template.yaml"),
        "--parameter-overrides",
        f"Arch={architecture}",
    ]
    environment = {
        **os.environ,
        "ARCH": architecture,
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": "eu-west-3",
    }
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return Built(folder / "build")


@pytest.fixture(scope="module", params=sorted(ELF_MACHINES))
def architecture(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, architecture: str) -> Built:
    return _build(tmp_path_factory.mktemp(architecture), architecture)


def test_native_code_is_for_the_architecture(built: Built, architecture: str) -> None:
    for library in built.folder.rglob("*.so*"):
        header = library.read_bytes()[:20]
        assert header[:4] == b"\x7fELF"
        assert int.from_bytes(header[18:20], "little") == ELF_MACHINES[architecture], library


def test_every_handler_starts_from_the_artifacts_alone_and_compiles_nothing(built: Built) -> None:
    assert built.functions()
    for name, function in built.functions().items():
        module = function["Handler"].rpartition(".")[0]
        imported = built.imports(module, function=name)
        assert imported["compiled"] == [], name
        standard = (str(Path(sys.base_prefix)), str(built.folder))
        assert [file for file in imported["files"] if file and not file.startswith(standard)] == []


def test_everything_that_the_layer_ships_imports_compiled(built: Built) -> None:
    ours = [
        path.relative_to(built.layer).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
        for path in sorted((built.layer / "privacy").rglob("*.py"))
    ]
    imported = built.imports(*ours, "boto3", "mailchimp_marketing", "stripe")
    assert imported["compiled"] == []


def test_what_is_left_of_stripes_library_reads_and_is_refused(built: Built) -> None:
    assert not (built.layer / "stripe" / "params").exists()
    refused = [f"stripe: {status}" for status in (400, 401, 402, 403, 404, 409, 429, 500)]
    assert built.runs(READ) == [1, "stripe: 200", *refused]


def test_a_function_holds_its_own_folder_only(built: Built) -> None:
    for name, function in built.functions().items():
        folder = function["Handler"].split(".")[1]
        files = {path.relative_to(built.folder / name) for path in (built.folder / name).rglob("*.py")}
        assert Path("functions", folder, "handler.py") in files
        assert {path.parts[1] for path in files} - {"__init__.py"} == {folder}


def test_the_layer_knows_the_services_that_roles_name_and_no_other(built: Built) -> None:
    known = {path.name for path in (built.layer / "botocore" / "data").iterdir() if path.is_dir()}
    text = json.dumps(built.template["Resources"], default=str)
    named = {
        "cloudwatch": "cloudwatch",
        "dynamodb": "dynamodb",
        "secretsmanager": "secretsmanager",
        "sqs": "sqs",
        "s3": "s3",
        "ses": "sesv2",
    }
    called = {service for rights, service in named.items() if f'"{rights}:' in text}
    assert known == called


def test_the_layer_ships_no_tests_no_metadata_and_no_trace_of_where_it_was_built(built: Built) -> None:
    names = {path.name for path in built.layer.rglob("*") if path.is_dir()}
    assert not {name for name in names if name == "tests" or name.endswith((".dist-info", ".egg-info"))}
    for compiled in (built.layer / "privacy").rglob("*.pyc"):
        assert str(built.folder).encode() not in compiled.read_bytes()


def test_the_layer_stays_small(built: Built, tmp_path: Path) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "layer"), "zip", built.folder / "CoreLayer"))
    assert archive.stat().st_size <= 10_000_000
