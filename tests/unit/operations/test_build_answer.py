"""An answer is built for whoever was verified, from their data alone, and sealed (P28, T15)."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import pytest

from privacy.domain.request import Item, Request
from privacy.domain.request_fold import after
from privacy.domain.request_steps import Kind
from privacy.domain.rights import Right
from privacy.domain.understanding import Role
from privacy.operations.answers.build_answer import (
    Building,
    NeedsHuman,
    NotVerified,
    build_answer,
    package_name,
)
from privacy.operations.answers.pack_answer import Packing, Sealed, intact
from privacy.operations.people.describe_person import Reader
from privacy.outbound.disk_spool import DiskSpool
from privacy.policy import answer_words, recipients
from privacy.ports import ProviderUnavailable
from tests.answering import NOW, POLICY, Office
from tests.requesting import STAFF, case, step
from tests.telling import CAMILLE, email, fact, session

SOFTWARE = Reader("build_answer", "auto")


def verified(right: Right = Right.ACCESS) -> tuple[Request, Item]:
    request = after(
        case(right), step(Kind.IDENTITY_VERIFIED, by=STAFF, level="L1", method="challenge", reason="x")
    )
    return request, request.items[0]


def builds(office: Office, request: Request, item: Item) -> Sealed:
    building = Building(
        office.sources,
        Packing(office.packages, office.copies, POLICY, recipients.load()),
        answer_words.load,
        DiskSpool,
    )
    built = build_answer(request, item, reader=SOFTWARE, building=building, attempt="a1", now=NOW)
    assert isinstance(built, Sealed)
    return built


def test_p28_before_identity_is_verified_nothing_is_read_and_nothing_is_written() -> None:
    office = Office().hears(session("2026-03-01"))
    request = case(Right.ACCESS)
    with pytest.raises(NotVerified):
        builds(office, request, request.items[0])
    assert not office.packages.held
    assert not office.registry.reads
    assert not office.stripe.asked


@pytest.mark.parametrize(("right", "first"), [(Right.ACCESS, "index.html"), (Right.PORTABILITY, "data.json")])
def test_a_verified_person_gets_the_package_of_their_right_under_the_cases_name(
    right: Right, first: str
) -> None:
    office = Office().hears(session("2026-03-01"))
    request, item = verified(right)
    sealed = builds(office, request, item)
    assert sealed.name == f"IM-2026-000001/{right.value}-4-a1.zip"
    package = zipfile.ZipFile(io.BytesIO(office.packages.held[sealed.name]))
    assert package.namelist()[0] == first
    told = json.loads(package.read("data.json"))
    assert (told["format"], told["made_for"], told["language"]) == (f"imera-{right.value}", CAMILLE, "fr")
    assert office.registry.reads[-1][:2] == ("build_answer", "auto")


def test_whose_data_went_somewhere_on_one_day_is_told_that_day_and_no_span() -> None:
    office = Office().hears(session("2026-03-01"))
    page = zipfile.ZipFile(io.BytesIO(office.packages.held[builds(office, *verified()).name])).read(
        "index.html"
    )
    assert "Vos données y sont passées le dimanche 1er mars 2026." in page.decode()
    assert "entre le dimanche 1er mars 2026 et le dimanche 1er mars 2026" not in page.decode()


TYPED = {"name": "Camille Durand", "line1": "1 rue de l'Exemple", "city": "Paris", "country": "FR"}


@pytest.mark.parametrize("paid", [True, False])
def test_only_whoever_paid_is_told_that_a_carrier_had_their_address(*, paid: bool) -> None:
    name = "stripe_payment#pi_1"
    typed = fact("payment_intent.payment_failed", "2026-03-01", email(), name, subject=name, delivery=TYPED)
    office = Office().hears(typed, *([session("2026-03-01")] if paid else []))
    package = office.packages.held[builds(office, *verified()).name]
    page = zipfile.ZipFile(io.BytesIO(package)).read("index.html").decode()
    assert "rue de l" in page
    assert ("Le transporteur de vos colis" in page) is paid


def test_what_was_sealed_is_known_again_byte_for_byte() -> None:
    office = Office().hears(session("2026-03-01"))
    sealed = builds(office, *verified())
    assert intact(sealed.name, sealed.digest, office.packages)
    held = office.packages.held[sealed.name]
    office.packages.held[sealed.name] = held[:-1] + bytes([held[-1] ^ 1])
    assert not intact(sealed.name, sealed.digest, office.packages)
    assert not intact("IM-2026-000002/access-1-a1.zip", sealed.digest, office.packages)


def test_the_same_stores_make_the_same_package_and_each_step_a_name_of_its_own() -> None:
    first, second = (builds(Office().hears(session("2026-03-01")), *verified()) for _ in range(2))
    assert first == second
    request, item = verified()
    noted = after(request, step(Kind.NOTED, text="x"))
    assert package_name(noted, item, "a1") != package_name(request, item, "a1")


def test_whoever_writes_for_another_and_other_rights_need_a_person() -> None:
    office = Office().hears(session("2026-03-01"))
    request, item = verified()
    with pytest.raises(NeedsHuman):
        builds(office, replace(request, role=Role.AGENT), item)
    with pytest.raises(NeedsHuman):
        builds(office, *verified(Right.ERASURE))


def test_a_provider_that_is_down_leaves_no_package() -> None:
    office = Office().hears(session("2026-03-01"))
    office.stripe.down = True
    with pytest.raises(ProviderUnavailable):
        builds(office, *verified())
    assert not office.packages.held
