"""What the documents say of the code, and the code of the documents, holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from cli.main import main
from privacy.inbound.stripe import TYPES

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
DOCUMENTS = [README, *sorted(ROOT.glob("docs/**/*.md"))]

#: P16, A8-A10, not E2E, F401 or part of a longer word; in a test's name `_p16_`.
_ID = re.compile(
    r"(?<![A-Za-z0-9])(?P<letter>[PGFARET])(?P<first>[1-9]\d{0,2})(?:-(?P=letter)?(?P<last>\d{1,3}))?(?![A-Za-z0-9])"
)
_IN_NAME = re.compile(r"(?<=_)(?P<letter>[pgfaret])(?P<first>\d{1,3})(?P<last>)(?=_|\b)")
_NOQA = re.compile(r"noqa: [A-Z0-9, ]+")
_TEST_NAME = re.compile(r"def test_\w+")
#: docs/architecture.md "Linking"
_REFERENCE = re.compile(r'(docs/[\w/-]+\.md) "([^"\n]+)"')


def _sources() -> Iterator[Path]:
    """Everything of ours that cites rules or documents, but for this file, which makes some up."""
    yield ROOT / "template.yaml"
    yield README
    for folder in ("functions", "layers/core/privacy", "cli", "tests", "docs", "infra"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".toml", ".yaml", ".md"} and path != Path(__file__):
                yield path


def _cited(text: str) -> set[str]:
    """The ids that a text cites, ranges written out."""
    text = _NOQA.sub("", text)
    found = list(_ID.finditer(text))
    for name in _TEST_NAME.findall(text):
        found += _IN_NAME.finditer(name)
    cited: set[str] = set()
    for match in found:
        first = int(match["first"])
        last = int(match["last"] or first)
        cited |= {f"{match['letter'].upper()}{number}" for number in range(first, last + 1)}
    return cited


def _defined() -> set[str]:
    rows = re.findall(r"^\| ([PGFARET]\d+) \| (.+)$", (ROOT / "docs/rules.md").read_text(), re.MULTILINE)
    assert len({rule for rule, _ in rows}) == len(rows), "an id is explained twice"
    return {rule for rule, _ in rows}


def _headings(document: Path) -> list[str]:
    return re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


# --- rules


def test_every_rule_that_is_cited_is_explained() -> None:
    defined = _defined()
    unknown = {path.relative_to(ROOT): _cited(path.read_text()) - defined for path in _sources()}
    assert not {path: rules for path, rules in unknown.items() if rules}


def test_every_edge_case_is_a_test_or_a_scene() -> None:
    shown = {
        rule
        for folder in ("tests", "cli/demo")
        for path in (ROOT / folder).rglob("*.py")
        for rule in _cited(path.read_text())
    }
    assert {rule for rule in _defined() if rule.startswith("E")} <= shown


@pytest.mark.parametrize(
    "text",
    [
        "as {0} demands",
        "({0}, P1)",
        "# {0}: why",
        "P48-{0}",
        '"{0}"',
        "def test_{1}_what_it_is() -> None:",
        "def test_it_is_{1}()",
    ],
)
def test_an_unknown_rule_would_be_noticed(text: str) -> None:
    assert _cited(text.format(f"P{49}", f"p{49}")) - _defined() == {f"P{49}"}


@pytest.mark.parametrize(
    "text",
    [
        "x = 1  # noqa: E501, F401 - long",
        "an E2E test",
        "PER1",
        "A4b",
        "#A8s9",
        "base_64",
        "def test_e2e_works()",
    ],
)
def test_what_only_looks_like_a_rule_is_none(text: str) -> None:
    assert not _cited(text)


# --- references


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        led = (document.parent / path).resolve() if path else document
        assert led.exists(), target
        assert led.is_relative_to(ROOT), target
        if anchor:
            assert anchor in {_anchor(heading) for heading in _headings(led)}, target


def test_every_chapter_that_code_names_exists() -> None:
    named = {
        (path.relative_to(ROOT).as_posix(), *reference)
        for path in _sources()
        for reference in _REFERENCE.findall(path.read_text())
    }
    assert named
    for path, document, chapter in named:
        assert chapter in _headings(ROOT / document), (path, document, chapter)


def test_nothing_refers_to_documents_that_are_not_here() -> None:
    outside = re.compile(r"design §|providers\.md §|\(§|of §|performance_security")
    assert not [path for path in _sources() if outside.search(path.read_text())]


# --- commands


def _code(document: Path) -> str:
    """What stands in indented blocks and between backticks."""
    text = document.read_text()
    return "\n".join([*re.findall(r"^ {4,}(.+)$", text, re.MULTILINE), *re.findall(r"`([^`\n]+)`", text)])


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for path in DOCUMENTS for name in re.findall(r"(?:^|\s)make ([a-z-]+)", _code(path))}
    assert {"demo", "test", "run", "check", "bench"} <= named <= targets


def test_every_command_that_is_named_exists(capsys: pytest.CaptureFixture[str]) -> None:
    pattern = r"(?:^|\.venv/bin/)privacy ([a-z]+)"
    named = {name for path in DOCUMENTS for name in re.findall(pattern, _code(path), re.MULTILINE)}
    assert {"person", "replay", "clock", "rebuild"} <= named
    for name in named:
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0, name
    assert main(["no-such-command"]) == 2
    capsys.readouterr()


# --- what the owner is told


def test_the_runbook_lists_the_events_that_stripe_shall_send() -> None:
    runbook = (ROOT / "docs/runbook.md").read_text()
    listed = runbook.partition("<!-- stripe:types -->")[2].partition("<!-- /stripe:types -->")[0].split()
    assert sorted(listed) == sorted(TYPES)


def test_the_runbook_names_every_queue_whose_letters_it_explains() -> None:
    runbook = (ROOT / "docs/runbook.md").read_text()
    resources = yaml_parse((ROOT / "template.yaml").read_text())["Resources"]
    named = set(re.findall(r"\b(?:redrive|purge|look) (\w+Queue)", runbook))
    assert named == {name for name in resources if name.endswith("DeadLetterQueue")}
    moved = set(re.findall(r"\bredrive (\w+Queue)", runbook))
    redriven = {
        resource["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for resource in resources.values()
        if resource["Type"] == "AWS::SQS::Queue" and "RedrivePolicy" in resource["Properties"]
    }
    assert moved <= redriven


def test_the_readme_counts_what_costs_by_the_month() -> None:
    resources = {
        **yaml_parse((ROOT / "template.yaml").read_text())["Resources"],
        **yaml_parse((ROOT / "infra/storage.yaml").read_text())["Resources"],
    }.values()
    alarms = [r for r in resources if r["Type"] == "AWS::CloudWatch::Alarm" and "Condition" not in r]
    secrets = [r for r in resources if r["Type"] == "AWS::SecretsManager::Secret"]
    cents = 10 * len(alarms) + 40 * len(secrets)
    said = " ".join(README.read_text().split())
    sentence = f"{len(alarms)} alarms at $0.10 and {len(secrets)} secrets at $0.40, which is ${cents / 100:.2f} a month"
    assert sentence in said
    assert f"costs about ${round(cents / 100)} a month while nothing happens" in said
