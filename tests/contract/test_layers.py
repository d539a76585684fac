"""Who may import whom, and who may read the world: each rule is shown to fail when it is broken."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAYER = ROOT / "layers/core"

#: One forbidden import for each contract of pyproject.toml: (contract, file, line).
BREAKS = (
    ("layers", "privacy/domain/facts.py", "import privacy.ports"),
    ("layers", "privacy/ports/__init__.py", "import privacy.operations.people.record_fact"),
    ("layers", "privacy/operations/people/record_fact.py", "import privacy.outbound.dynamodb"),
    ("layers", "privacy/inbound/signature.py", "import privacy.outbound.dynamodb"),
    ("layers", "privacy/outbound/dynamodb.py", "import privacy.inbound.signature"),
    ("layers", "privacy/inbound/signature.py", "import privacy.bootstrap"),
    ("layers", "privacy/bootstrap/__init__.py", "import cli.main"),
    ("layers", "functions/fold_people/handler.py", "import cli.main"),
    ("pure", "privacy/domain/facts.py", "import pydantic"),
    ("pure", "privacy/operations/people/record_fact.py", "import botocore.exceptions"),
    ("pure", "privacy/ports/__init__.py", "import stripe"),
    ("functions", "functions/fold_people/handler.py", "import functions.operator_api.handler"),
    ("webhooks", "functions/stripe_webhook/handler.py", "import stripe"),
    ("webhooks", "privacy/inbound/signature.py", "import stripe"),
    ("webhooks", "privacy/outbound/dynamodb.py", "import mailchimp_marketing"),
    ("settings", "privacy/outbound/dynamodb.py", "import privacy.settings"),
    ("settings", "functions/stripe_webhook/handler.py", "import privacy.settings"),
    ("logs", "privacy/domain/facts.py", "import privacy.logs"),
    ("leaves", "privacy/logs.py", "import privacy.domain.facts"),
)

#: Attributes that read the clock or make up something, by module.
CLOCK_AND_CHANCE = {
    "datetime": {"now", "today", "utcnow"},
    "date": {"today"},
    "time": {"time", "time_ns", "monotonic", "perf_counter"},
    "uuid": {"uuid1", "uuid4", "uuid7"},
    "os": {"urandom", "getrandom"},
}
CHANCE = {"random", "secrets"}


def _sources(start: Path) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(start.rglob("*.py")):
        yield path.relative_to(start).as_posix(), ast.parse(path.read_text())


#: Lints the tree in which it runs: once as it is, then with each of the breaks that it is given. A start of the
#: linter takes fifteen times as long as what it does.
LINT = """
import contextlib, io, json, pathlib, sys
from importlinter.cli import lint_imports

def lint(*contracts):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = lint_imports(sys.argv[1], no_cache=True, limit_to_contracts=contracts)
    return code, said.getvalue()

def lint_broken(contract, file, line):
    path = pathlib.Path(file)
    before = path.read_text()
    path.write_text(f"{before}\\n{line}\\n")
    try:
        return lint(contract)
    finally:
        path.write_text(before)

json.dump([lint(), *(lint_broken(*broken) for broken in json.load(sys.stdin))], sys.stdout)
"""


@pytest.fixture(scope="module")
def linted(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, str]]:
    """What the linter said, and its exit code: of the tree, then of the tree with each of BREAKS."""
    tree = tmp_path_factory.mktemp("tree")
    sources = shutil.ignore_patterns("__pycache__", "*.toml", "*.txt")
    for package in (LAYER / "privacy", ROOT / "functions", ROOT / "cli"):
        shutil.copytree(package, tree / package.name, ignore=sources)
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run(
        [sys.executable, "-c", LINT, str(ROOT / "pyproject.toml")],
        input=json.dumps(BREAKS),
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    said: list[tuple[int, str]] = json.loads(result.stdout)
    return said


def test_the_import_contracts_hold(linted: list[tuple[int, str]]) -> None:
    code, said = linted[0]
    assert code == 0, said


@pytest.mark.parametrize("number", range(len(BREAKS)), ids=[f"{c}: {f}: {i}" for c, f, i in BREAKS])
def test_a_forbidden_import_breaks_its_contract(linted: list[tuple[int, str]], number: int) -> None:
    code, said = linted[number + 1]
    assert code == 1
    assert "Contracts: 0 kept, 1 broken." in said, said


def test_every_handler_is_seen_by_the_linter() -> None:
    # a package with an __init__.py hides folders below it that have none
    for handler in ROOT.glob("functions/*/handler.py"):
        levels = [(ROOT / "functions/__init__.py").exists(), (handler.parent / "__init__.py").exists()]
        assert levels in ([False, False], [True, True]), handler


def _reads_environment(module: ast.Module) -> bool:
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and node.attr in {
            "environ",
            "environb",
            "getenv",
            "getenvb",
            "putenv",
        }:
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            names = {alias.name for alias in node.names}
            if names & {"environ", "environb", "getenv", "getenvb", "putenv"}:
                return True
    return False


def _reads_clock_or_chance(module: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name in CHANCE]
        elif isinstance(node, ast.ImportFrom):
            own = CLOCK_AND_CHANCE.get(node.module or "", set())
            found += [alias.name for alias in node.names if node.module in CHANCE or alias.name in own]
        elif isinstance(node, ast.Attribute):
            owner = node.value
            name = (
                owner.id
                if isinstance(owner, ast.Name)
                else owner.attr
                if isinstance(owner, ast.Attribute)
                else ""
            )
            if node.attr in CLOCK_AND_CHANCE.get(name, set()):
                found.append(f"{name}.{node.attr}")
    return found


def test_only_settings_reads_the_environment() -> None:
    readers = {name for name, module in _sources(LAYER / "privacy") if _reads_environment(module)}
    readers |= {
        f"functions/{name}" for name, module in _sources(ROOT / "functions") if _reads_environment(module)
    }
    assert readers == {"settings.py"}


@pytest.mark.parametrize(
    "code", ["import os\nos.environ['A']", "from os import getenv", "import os\nx = os.getenv('A')"]
)
def test_reading_the_environment_is_noticed(code: str) -> None:
    assert _reads_environment(ast.parse(code))


def test_the_clock_and_chance_are_arguments_below_bootstrap() -> None:
    readers = {
        name: found
        for name, module in _sources(LAYER / "privacy")
        if (found := _reads_clock_or_chance(module))
    }
    readers = {name: found for name, found in readers.items() if not name.startswith("bootstrap/")}
    assert readers == {}


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime, UTC\ndatetime.now(UTC)",
        "import datetime\ndatetime.date.today()",
        "import time\ntime.time()",
        "from time import time",
        "import secrets",
        "from random import choice",
        "import uuid\nuuid.uuid4()",
        "from uuid import uuid4",
    ],
)
def test_reading_the_clock_or_chance_is_noticed(code: str) -> None:
    assert _reads_clock_or_chance(ast.parse(code))


@pytest.mark.parametrize("name", ["mailchimp_webhook", "stripe_eventbridge", "stripe_webhook"])
def test_a_webhook_function_starts_without_a_providers_library(name: str) -> None:
    heavy = "{'mailchimp_marketing', 'pydantic', 'requests', 'stripe'}"
    code = f"import sys, functions.{name}.handler; print(sorted({heavy} & set(sys.modules)))"
    path = os.pathsep.join([str(ROOT), str(LAYER)])
    environment = {"PATH": os.defpath, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert result.stdout == "[]\n", result.stderr
