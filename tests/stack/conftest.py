"""The running local back office, on a state directory and ports of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.local import backoffice
from cli.local.backoffice import BackOffice
from tests.stack.probes import IMPATIENT, Probes

HERE = Path(__file__).parent
#: The files that take longest come first, so that in the end no process works alone for minutes.
LONGEST = (
    "test_storm.py",
    "test_requests.py",
    "test_retention.py",
    "test_nothing_is_lost.py",
    "test_answers.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test beside this file needs the stack."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.stack)
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackOffice]:
    """One back office for the whole session. Whoever disturbs it puts it back."""
    with backoffice.running(tmp_path_factory.mktemp("office"), environment=IMPATIENT) as running:
        yield running


@pytest.fixture
def probes(office: BackOffice, tmp_path: Path) -> Probes:
    """Functions of the test's own in that back office."""
    return Probes(office, tmp_path / "notebook")
