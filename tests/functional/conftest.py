from collections.abc import Iterator

import pytest

from tests.functional.entrances import Entrances, opened


@pytest.fixture
def entrances(monkeypatch: pytest.MonkeyPatch) -> Iterator[Entrances]:
    with opened(monkeypatch) as entrances:
        yield entrances
