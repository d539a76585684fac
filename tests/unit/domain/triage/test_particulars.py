"""Whose data a message is about: their names, where they live, their number; and nothing that is not said (P45)."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.domain.mail import Address
from privacy.domain.triage.addresses import addresses_in
from privacy.domain.triage.customer_number import customer_number_in
from privacy.domain.triage.names import Name, name_in
from privacy.domain.triage.particulars import particulars_of
from privacy.domain.triage.sender_name import sender_name
from privacy.domain.triage.text import new_text
from privacy.domain.triage.writer import writer_of
from privacy.domain.understanding import NO_PARTICULARS, Particulars, Role

NOBODY = Address("x94@example.fr")


def _told(body: str, sender: Address = NOBODY, subject: str = "") -> tuple[Role, Particulars]:
    parts = new_text(body)
    role = writer_of(parts.body, parts.signature, subject).role
    return role, particulars_of(parts, sender, role, subject)


# --- names


@pytest.mark.parametrize(
    ("written", "given_name", "family_name"),
    [
        ("Camille Durand", "Camille", "Durand"),
        ("DURAND Camille", "Camille", "DURAND"),
        ("Durand Camille", "Camille", "Durand"),
        ("Durand, Camille", "Camille", "Durand"),
        ("camille durand", "Camille", "Durand"),
        ("Mme Camille de La Tour", "Camille", "de La Tour"),
        ("DE LA TOUR Camille", "Camille", "DE LA TOUR"),
        ("Pieter van den Berg", "Pieter", "van den Berg"),
        ("Sinéad O'Neill", "Sinéad", "O'Neill"),
        ("Karim Ben Salah", "Karim", "Ben Salah"),
        ("Ben Salah Karim", "Karim", "Ben Salah"),
        ("Ben Wright", "Ben", "Wright"),
        ("Yann Le Goff", "Yann", "Le Goff"),
        ("Le Goff Yann", "Yann", "Le Goff"),
        ("Jean d’Ormesson", "Jean", "d'Ormesson"),
        ("María García López", "María", "García López"),
        ("Ana Maria da Silva", "Ana Maria", "da Silva"),
        ("Marie Claire Dupont", "Marie Claire", "Dupont"),
        ("John F. Kennedy", "John", "Kennedy"),
        ("Tomasz W.", "Tomasz", None),
        ("Mme Durand", None, "Durand"),
        ("C. Durand", None, "Durand"),
        ("Camille Durand née Martin", "Camille", "Durand"),
        ("Camille Martin épouse Durand", "Camille", "Durand"),
        ("Aïssatou Thomas", "Aïssatou", "Thomas"),
        ("(Mrs) Dorothy Lyle", "Dorothy", "Lyle"),
        ("Rev. Tom Roe", "Tom", "Roe"),
        ("Sgt. Alan Roe", "Alan", "Roe"),
        ("Park Hyun-woo", "Hyun-woo", "Park"),
        ("Hyun-woo Park", "Hyun-woo", "Park"),
        ("Keisha Morgan-James", "Keisha", "Morgan-James"),
        ("Tyrone Baptiste", "Tyrone", "Baptiste"),
        ("Séamus Ó Murchú", "Séamus", "Ó Murchú"),
        ("Gráinne de Brún", "Gráinne", "de Brún"),
        ("Anna St. John-Roe", "Anna", "St. John-Roe"),
        ("Ebba af Roe", "Ebba", "af Roe"),
        ("AF Durand", None, "Durand"),
        ("Smt. Lakshmi Roe", "Lakshmi", "Roe"),
        ("Shri Gopal Roe", "Gopal", "Roe"),
        ("Thi Hoa Nguyen", "Thi Hoa", "Nguyen"),
        ("Mai Anh Nguyen", "Mai Anh", "Nguyen"),
        ("Ahmed Raza Roe", "Ahmed Raza", "Roe"),
        ("Carys ap Roe", "Carys", "ap Roe"),
        ("Sister Benedicta Roe", "Benedicta", "Roe"),
        ("Sœur Marie-Agnès", "Marie-Agnès", None),
        ("Sr. Martin", None, "Martin"),
    ],
)
def test_a_name_is_parted_as_people_write_it(
    written: str, given_name: str | None, family_name: str | None
) -> None:
    name = name_in(written)
    assert name is not None
    assert (name.given, name.family) == (given_name, family_name)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Service client",
        "Cabinet Morel",
        "l'équipe Kéo",
        "12 rue",
        "Bonne journée",
        "Jean & Sylvie Roux",
        "Father Christmas",
    ],
)
def test_what_is_no_persons_name_is_none(written: str) -> None:
    assert name_in(written) is None


@pytest.mark.parametrize(
    ("shown", "address", "expected"),
    [
        ("Patrick Noailles", "p.noailles@example.fr", Name("Patrick", "Noailles")),
        ("Gwendal Tanguy", "gwendal.tanguy@example.fr", Name("Gwendal", "Tanguy")),
        ("DURAND Camille", "durand.camille@example.fr", Name("Camille", "DURAND")),
        ("Léa (iPhone)", "lea@example.fr", Name("Léa", None)),
        ("Growth Lab", "hello@growthlab.example.com", None),
        ("Atelier Kéo", "contact@atelierkeo.example.com", None),
        ("QuickShip", "no-reply@quickship.example.com", None),
        ("Mailer-Daemon", "mailer-daemon@example.com", None),
        ("Account Security", "alert@example.com", None),
        ("McAteer, Sinead", "mcateer.sinead@example.ie", Name("Sinead", "McAteer")),
        ("Accounts Payable, Roe Ltd", "accounts@example.com", None),
        ("Hyun-woo Park", "hyunwoo.park@example.kr", Name("Hyun-woo", "Park")),
        ("ellie xx", "elliebabes07@example.com", Name("Ellie", None)),
        ("Rev. Tom Roe", "t.roe@example.com", Name("Tom", "Roe")),
        # two words of a given name, as the mailbox parts them
        ("Tarun Deva Roe", "tarundeva.roe@example.in", Name("Tarun Deva", "Roe")),
        ("Tarun Deva Roe", "tarun.devaroe@example.in", Name("Tarun", "Deva Roe")),
        ("Tarun De Roe", "tarunde.roe@example.in", Name("Tarun", "De Roe")),
        ("camille.durand@example.fr", "camille.durand@example.fr", None),
        ("marie75", "marie75@example.fr", None),
        ("", "x@example.fr", None),
    ],
)
def test_a_senders_name_is_read_where_it_is_a_persons(
    shown: str, address: str, expected: Name | None
) -> None:
    assert sender_name(Address(address, shown)) == expected


# --- addresses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("demeurant 8 avenue du Roi, 78000 Versailles, laquelle", "8 avenue du Roi, 78000 Versailles"),
        ("41 boulevard Voltaire\n75011 Paris\nTél.", "41 boulevard Voltaire, 75011 Paris"),
        ("12 bis, rue des Lilas, bât. B, 13100 Aix-en-Provence", "12 bis rue des Lilas, bât. B, 13100 Aix-en-Provence"),
        ("12 rue des Lilas à Paris (75011)", "12 rue des Lilas, 75011 Paris"),
        ("3 allée des Pins 44000 nantes", "3 allée des Pins, 44000 nantes"),
        ("12 rue du 8 mai 1945, 59000 Lille", "12 rue du 8 mai 1945, 59000 Lille"),
        ("Lieu-dit Kerouan\n29200 Brest", "Lieu-dit Kerouan, 29200 Brest"),
        ("4 rue X\nAppt 12\n33000 Bordeaux Cedex", "4 rue X, Appt 12, 33000 Bordeaux Cedex"),
        ("3 Inverleith Row, Edinburgh EH3 5LP", "3 Inverleith Row, Edinburgh EH3 5LP"),
        ("Flat 9, 4 Mount Street, Dublin D02 X285.", "Flat 9, 4 Mount Street, Dublin D02 X285"),
        ("Lindenstraße 7a, 10969 Berlin", "Lindenstraße 7a, 10969 Berlin"),
        ("Avenida de la Paz 14, 41013 Sevilla", "Avenida de la Paz 14, 41013 Sevilla"),
        ("Via Roma 12, 20121 Milano", "Via Roma 12, 20121 Milano"),
        ("Keizersgracht 100, 1015 AB Amsterdam", "Keizersgracht 100, 1015 AB Amsterdam"),
        ("Rua das Flores 88, 4050-262 Porto", "Rua das Flores 88, 4050-262 Porto"),
        ("rue de la Loi 16, 1000 Bruxelles", "rue de la Loi 16, 1000 Bruxelles"),
        ("Lindengasse 14/3\n1070 Wien", "Lindengasse 14/3, 1070 Wien"),
        ("ul. Długa 19/2, 31-147 Kraków", "ul. Długa 19/2, 31-147 Kraków"),
        ("I live at Les Pins, 6 rue Haute, 46100 Figeac", "Les Pins, 6 rue Haute, 46100 Figeac"),
        ("Le Petit Comptoir\n12 rue Haute, 74000 Annecy", "12 rue Haute, 74000 Annecy"),
        ("Kungsgatan 22, 411 19 Göteborg", "Kungsgatan 22, 411 19 Göteborg"),
        ("à la résidence Les Pins, 9 rue Haute, 03200 Vichy", "résidence Les Pins, 9 rue Haute, 03200 Vichy"),
        ("Anne de La Tour\n12 rue Haute, 03200 Vichy", "12 rue Haute, 03200 Vichy"),
        # houses with a name, and what stands before a street
        ("Ann Roe\nThe Old Forge, Mill Lane, Bakewell DE45 1HH", "The Old Forge, Mill Lane, Bakewell DE45 1HH"),
        ("I live at Rose Cottage, Back Lane, Ludlow SY8 1AB.", "Rose Cottage, Back Lane, Ludlow SY8 1AB"),
        ("Ann Roe\nLarkrise\nMill Lane\nLudlow\nSY8 1AB", "Larkrise, Mill Lane, Ludlow SY8 1AB"),
        ("Tigh na Mara, Shore Road, Ullapool IV26 2UR", "Tigh na Mara, Shore Road, Ullapool IV26 2UR"),
        ("Flat 2, Seaview Court, Marine Drive\nHove BN3 2PQ", "Flat 2, Seaview Court, Marine Drive, Hove BN3 2PQ"),
        ("of Flat 3, 88 Oak Lane, London SE22 8HF", "Flat 3, 88 Oak Lane, London SE22 8HF"),
        ("it is now: Elm House, 2 Park Road, Malvern WR14 2BU", "Elm House, 2 Park Road, Malvern WR14 2BU"),
        ("Wool & Thread, 8 Bridge Street, Kelso TD5 7JD", "Wool & Thread, 8 Bridge Street, Kelso TD5 7JD"),
        ("the late Ann Roe of Ivy House, Lindfield RH17 6PP", "Ivy House, Lindfield RH17 6PP"),
        ("3 Almshouses, Church Street\nLedbury HR8 1DH", "3 Almshouses, Church Street, Ledbury HR8 1DH"),
        ("5 Elm Road, Box, Bath, Somerset BA1 1AA", "5 Elm Road, Box, Bath, Somerset BA1 1AA"),
        ("Ann Roe\nBallyroe\nOranmore\nCo. Galway H91 XY01", "Ballyroe, Oranmore, Co. Galway H91 XY01"),
        ("22 Heol y Felin, Saundersfoot SA70 8HN", "22 Heol y Felin, Saundersfoot SA70 8HN"),
        # nobody's name is a house's
        ("Rebecca Hall, 12 Mill Lane, York YO1 7HH", "12 Mill Lane, York YO1 7HH"),
        ("Jane Hill\n12 Mill Lane\nYork\nYO1 7HH", "12 Mill Lane, York YO1 7HH"),
        ("Ann Roe, Executor\nRoe Probate Services, 9 Quay Street, Bath BA1 1AA", "9 Quay Street, Bath BA1 1AA"),
        # without commas, without capitals
        ("12 Bridge Street Kelso TD5 7JD", "12 Bridge Street, Kelso TD5 7JD"),
        ("im at flat 2 18 lime grove hove bn3 1aa thx", "flat 2 18 lime grove, hove BN3 1AA"),
        # North America
        ("Rob Roe\n220 Maple St, Apt 4B\nPortland, OR 97205", "220 Maple St, Apt 4B, Portland, OR 97205"),
        ("350 Fifth Avenue #12B, New York, NY 10118", "350 Fifth Avenue #12B, New York, NY 10118"),
        ("14520 SW 33rd Ave, Miami, Florida 33175-1234", "14520 SW 33rd Ave, Miami, Florida 33175-1234"),
        ("PO Box 44, Taos, NM 87571", "PO Box 44, Taos, NM 87571"),
        ("415 Sherbrooke Street East, Montreal QC H2L 1K4", "415 Sherbrooke Street East, Montreal QC H2L 1K4"),
        ("1200 Bay St., Suite 400, Toronto, ON M5S 2A5", "1200 Bay St, Suite 400, Toronto, ON M5S 2A5"),
        ("120 rue Saint-Jean, Québec QC G1R 1S6", "120 rue Saint-Jean, Québec QC G1R 1S6"),
        # Australia, the north and the east of Europe
        ("27 Lygon Street, Carlton VIC 3053", "27 Lygon Street, Carlton VIC 3053"),
        ("4/18 Wattle Road\nPerth WA 6000", "4/18 Wattle Road, Perth WA 6000"),
        ("Hämeenkatu 8, 33100 Tampere", "Hämeenkatu 8, 33100 Tampere"),
        ("Mannerheimintie 55 B 12, 00250 Helsinki", "Mannerheimintie 55 B 12, 00250 Helsinki"),
        ("Bygdøy allé 40, 0265 Oslo", "Bygdøy allé 40, 0265 Oslo"),
        ("Strada Lipscani 30, 030037 București", "Strada Lipscani 30, 030037 București"),
        ("Drève des Hêtres 5, 1410 Waterloo", "Drève des Hêtres 5, 1410 Waterloo"),
        # a house or a hamlet above its street, and no family of that name
        ("Les Pins, bât. C, 14 rue Haute, 13013 Marseille", "Les Pins, bât. C, 14 rue Haute, 13013 Marseille"),
        ("Anne Roe\nKerivin, 3 rue Haute\n29770 Plogoff", "Kerivin, 3 rue Haute, 29770 Plogoff"),
        ("Le Clos Fleuri, 9 rue Haute, 03200 Vichy", "Le Clos Fleuri, 9 rue Haute, 03200 Vichy"),
        ("Le Goff, 9 rue Haute, 03200 Vichy", "9 rue Haute, 03200 Vichy"),
    ],
)  # fmt: skip
def test_an_address_is_one_line(text: str, expected: str) -> None:
    assert [found.line for found in addresses_in(text)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "commande 12345 Paris",
        "on 30 September 2026 I",
        "Kim Lane, York YO1 7HH",
        "died on 3 October. She was customer 40217 with you",
        "75011 Paris",
    ],
)
def test_a_postcode_without_a_street_is_no_address(text: str) -> None:
    assert addresses_in(text) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Avant au 5 rue Basse, 31000 Nay, maintenant 1 rue Haute, 31000 Nay.", "1 rue Haute, 31000 Nay"),
        ("L'ancienne, 5 rue Basse 31000 Nay, n'est plus bonne, c'est 1 rue Haute 31000 Nay.", "1 rue Haute, 31000 Nay"),
        ("Remplacez 5 rue des Roses 31000 Toulouse par 18 rue Haute 31000 Toulouse.", "18 rue Haute, 31000 Toulouse"),
        ("I moved from 5 Oak Street, Leeds LS1 4AB to 7 Elm Road, York YO1 7HH.", "7 Elm Road, York YO1 7HH"),
        ("Je n'habite plus 12 rue Basse mais 40 rue Haute, 37500 Chinon.", "40 rue Haute, 37500 Chinon"),
        ("Livrez au point relais, 2 place de la Mairie, 44000 Nantes.", None),
        ("Pour cette commande, l'adresse de ma mère : 12 rue des Clefs, 68000 Colmar.", None),
        ("Votre boutique, 1 rue Haute, 75006 Paris. J'habite 4 rue Neuve, 44000 Nantes.", "4 rue Neuve, 44000 Nantes"),
        ("You have me at 5 Oak Street, Leeds LS1 4AB. I never lived there. My address is 7 Elm Road, York YO1 7HH.",
         "7 Elm Road, York YO1 7HH"),
        ("I used to live at 5 Oak Street, Leeds LS1 4AB. My new address is 7 Elm Road, York YO1 7HH.",
         "7 Elm Road, York YO1 7HH"),
        ("Your file records 5 Oak Street, Leeds LS1 4AB, where I no longer live. I'm at 7 Elm Road, York YO1 7HH.",
         "7 Elm Road, York YO1 7HH"),
        ("no longer 9 Gas Row Leeds, now its 7 Elm Road, York YO1 7HH", "7 Elm Road, York YO1 7HH"),
        ("I used to live at 5 Oak Street, Leeds LS1 4AB.", None),
        ("J'ai quitté le 3 rue Basse pour le 1 rue Haute, 31000 Nay.", "1 rue Haute, 31000 Nay"),
        ("Elle est fausse (j'ai quitté le 3 rue Basse) : la remplacer par : 1 rue Haute, 31000 Nay.",
         "1 rue Haute, 31000 Nay"),
        ("Which shop is nearest to my home, 1 rue Haute, 31000 Nay?", "1 rue Haute, 31000 Nay"),
        ("5 rue des Roses, 31000 Toulouse ? 18 rue Haute, 31000 Toulouse ?", None),
        ("Please replace my address by 7 Elm Road, York YO1 7HH (formerly 5 Oak Street, Leeds LS1 4AB).",
         "7 Elm Road, York YO1 7HH"),
        ("I lived that time in 7 Elm Road, York YO1 7HH, where I live still.", "7 Elm Road, York YO1 7HH"),
        ("[Your address]: 7 Elm Road, York YO1 7HH", "7 Elm Road, York YO1 7HH"),
    ],
)  # fmt: skip
def test_the_current_address_counts_and_no_shops_or_relays(body: str, expected: str | None) -> None:
    assert _told(body)[1].postal_address == expected


# --- customer numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Numéro client : 10-44872", "10-44872"),
        ("numéro de client : C-1042", "C-1042"),
        ("sous la référence client IMR-20417.", "IMR-20417"),
        ("client n° 88214.", "88214"),
        ("n° client 500 321", "500 321"),
        ("I've been a customer for six years (no. 5120-OB)", "5120-OB"),
        ("Customer 30551", "30551"),
        ("my account number is 61-7008.", "61-7008"),
        ("Her customer number was 61-0093.", "61-0093"),
        ("mon compte (C-70715)", "C-70715"),
        ("Kundennummer: 4711-A", "4711-A"),
        ("klantnummer 8812", "8812"),
        ("codice cliente 55-B2", "55-B2"),
        ("número de cliente: 60233", "60233"),
        ("mon numéro de client, au dos de la carte que vous aviez envoyée : CL-008812", "CL-008812"),
        ("N° de cliente de mon épouse : 3-1180. Le mien : 3-1181.", "3-1181"),
        ("mon ancien numéro client était 1200, le nouveau numéro client est 4500", "4500"),
        ("an iméra card with his customer number, 8830-14.", "8830-14"),
        (
            "You asked for my customer number and I couldn't find my glasses. It is 20 61 88. The bag is brown",
            "20 61 88",
        ),
        ("His customer number was 60 3312. I would", "60 3312"),
        ("non « Sirvin », et son numéro client est le 5581-B.", "5581-B"),
        ("your customer number for me: L-3307", "L-3307"),
        ("[Customer no.] 0098123", "0098123"),
        ("Her customer number with you appears to be 51-00873.", "51-00873"),
        ("My customer number with you is PEN-3008.", "PEN-3008"),
        ("n° client 88214 12 rue Haute", "88214"),
        ("my customer number's 482210", "482210"),
        ("two matters touching my customer file, no. 150933. First", "150933"),
        ("The number on my customer card is 31-8840.", "31-8840"),
        ("44809 is my customer number", "44809"),
        ("Customer no. 217 is an old one; the present one is 50338.", "50338"),
        ("My customer number used to be 1180; now it is 44120.", "44120"),
        ("Customer number 4410 in 2019 and then 8920?", None),
        ("Put in my customer record my new number 98300 55512.", None),
        (
            "The phone number in my account is old. Put in my customer record my new number 020 7946 0123",
            None,
        ),
        ("my account (League member 20-771)", None),
        ("member no. 4471 of the Consumer League", None),
        ("Our client: Mr Tom Roe - ref. PL/2217", None),
        ("Our client: Mr Tom Roe - our ref HD/2026/0419", None),
        ("Our client, our reference TAC/2291/7", None),
        ("Notre cliente, notre réf. 2291-7", None),
        ("ma commande 1042", None),
        ("commande client n° 1042", None),
        ("cliente, numéro de commande 3344", None),
        ("mandat n° 99812, dossier 5512, facture F-2291", None),
        ("service client n° 0123456789", None),
        ("n° client 0612345678", None),
        ("cliente depuis 2017 (carte n° 998-12)", None),
        ("je suis client 75011 Paris", None),
        ("client depuis 2019", None),
        ("n° client : je ne sais plus", None),
        ("client 41-220, et client 41-221", None),
    ],
)
def test_a_number_is_the_customers_where_it_is_called_so(text: str, expected: str | None) -> None:
    assert customer_number_in(text) == expected


# --- whole letters


class Letter(NamedTuple):
    body: str
    expected: Particulars
    role: Role = Role.SELF
    sender: Address = NOBODY
    subject: str = ""


CAMILLE = Address("camille.durand@example.fr", "Camille Durand")
LETTERS = {
    "a form's fields": Letter(
        "Nom : Le Goff\nPrénom : Yann\nAdresse : 3 rue Haute, 29900 Concarneau\nNuméro client : 55-801\nEffacez tout.",
        Particulars("Yann", "Le Goff", "3 rue Haute, 29900 Concarneau", "55-801"),
    ),
    "je soussignée": Letter(
        "Je soussignée Madame Béatrice DE LA ROCHE, demeurant 14 rue Haute, 69007 LYON, vous demande mes données.",
        Particulars("Béatrice", "DE LA ROCHE", "14 rue Haute, 69007 LYON"),
    ),
    "under the closing formula": Letter(
        "Effacez mes données.\n\nBien à vous,\n\nPaul-Henri du Bois\nChâteau de Trévarez\n29520 Saint-Goazec",
        Particulars("Paul-Henri", "du Bois", "Château de Trévarez, 29520 Saint-Goazec"),
    ),
    "behind the last sentence": Letter(
        "supprimez tout. cordialement karim ben youssef", Particulars("Karim", "ben Youssef")
    ),
    "before the address": Letter(
        "jveux mes donées !! Valérie Monteil 27 rue Haute 33000 Bordeaux",
        Particulars("Valérie", "Monteil", "27 rue Haute, 33000 Bordeaux"),
    ),
    "nothing but the sender's name": Letter("Effacez mes données.", Particulars("Camille", "Durand"), sender=CAMILLE),
    "an initial that the sender's name completes": Letter(
        "Effacez tout.\nC. Durand", Particulars("Camille", "Durand"), sender=CAMILLE
    ),
    "a title that the sender's name completes": Letter(
        "Effacez tout.\nCordialement,\nMme Durand", Particulars("Camille", "Durand"), sender=CAMILLE
    ),
    "a short form of the sender's name": Letter(
        "Effacez tout.\nMerci, Cam", Particulars("Camille", "Durand"), sender=CAMILLE
    ),
    "a new name, and not the mailbox's": Letter(
        "Je m'appelle désormais Camille Fabre, corrigez ma fiche.", Particulars("Camille", "Fabre"), sender=CAMILLE
    ),
    "another name than the sender's": Letter(
        "Effacez tout.\nCordialement,\nHugo Martin", Particulars("Hugo", "Martin"), sender=CAMILLE
    ),
    "no name at all": Letter("desinscrivez moi", NO_PARTICULARS, sender=Address("marie75@example.fr", "marie75")),
    "a lawyer's client, E80": Letter(
        "Nous représentons Monsieur Hugo Vasseur, domicilié 9 quai de la Loire, 75019 Paris, client n° 7788.\n\n"
        "Me Claire Morel\nAvocate au barreau de Paris\n1 rue du Palais, 75001 Paris",
        Particulars("Hugo", "Vasseur", "9 quai de la Loire, 75019 Paris", "7788"),
        Role.AGENT,
        Address("cabinet@example.org", "Cabinet Morel"),
    ),
    "a lawyer in one line, E80": Letter(
        "Me Petit, avocate, pour Mme Durand : je demande copie de ses données.",
        Particulars(None, "Durand"),
        Role.AGENT,
        Address("petit@example.org", "Me Petit"),
    ),
    "a platform with a mandate, E81": Letter(
        "We hold a mandate from Anna Kowalska. She asks you to erase her data. Mandate no. M-99812",
        Particulars("Anna", "Kowalska"),
        Role.AGENT,
        Address("requests@example.org", "DataBack"),
    ),
    "the dead father, E83": Letter(
        "Mon père Jacques Bernard est décédé, fermez son compte. Il habitait 8 rue Haute, 14000 Caen.\n"
        "Sophie Bernard\n2 rue Basse, 14000 Caen",
        Particulars("Jacques", "Bernard", "8 rue Haute, 14000 Caen"),
        Role.HEIR,
        Address("sophie.bernard@example.fr", "Sophie Bernard"),
    ),
    "the late mother, E83": Letter(
        "My late mother, Mrs Eileen Reilly, had an account. Please close it.\nTom Reilly",
        Particulars("Eileen", "Reilly"),
        Role.HEIR,
    ),
    "the dead, formerly of an address": Letter(
        "I am the executor of the late Mrs Ann Roe, formerly of 5 Oak Street, Leeds LS1 4AB, who died on 3 May.\n"
        "Hugh Poe\n7 Elm Road, York YO1 7HH",
        Particulars("Ann", "Roe", "5 Oak Street, Leeds LS1 4AB"),
        Role.EXECUTOR,
    ),
    "a dead father named in a sentence of his own": Letter(
        "My father passed away two weeks ago, his name was Séamus Ó Murchú. Please take him off the account.\nCathal",
        Particulars("Séamus", "Ó Murchú"),
        Role.HEIR,
    ),
    "the dead in the subject": Letter(
        "We are the executors of the estate of the above. Please close her account.\nHugh Poe\nExecutor",
        Particulars("Edith", "Roe-Lowe"),
        Role.EXECUTOR,
        subject="Edith Roe-Lowe (deceased 4 May)",
    ),
    "the dead in small letters": Letter(
        "bjr mon pere omar roe est mort, enlevé le de vos fichié. mehdi", Particulars("Omar", "Roe"), Role.HEIR
    ),
    "a lad": Letter(
        "My lad Fionn Roe (14) made an account. I want it deleted.\nColm Roe, his father",
        Particulars("Fionn", "Roe"),
        Role.PARENT,
        Address("colm.roe@example.ie", "Colm Roe"),
    ),
    "a client whose name opens a sentence": Letter(
        "Mme Yvonne Le Bihan, 88 ans, adhérente, nous a signé un pouvoir. En son nom, nous nous opposons à ses pubs.\n"
        "Pour l'association, le secrétaire",
        Particulars("Yvonne", "Le Bihan"),
        Role.AGENT,
    ),
    "a client with a form of authority": Letter(
        "Mr Philip Roe of 7 Elm Road, York YO1 7HH has asked us to help him. His form of authority is attached.",
        Particulars("Philip", "Roe", "7 Elm Road, York YO1 7HH"),
        Role.AGENT,
    ),
    "a late mother whom God may rest": Letter(
        "My late mother, God rest her, bought a scarf each year. Do you still sell it?\nTom Roe",
        Particulars("Tom", "Roe"),
    ),
    "a lone given name in small letters": Letter("take the photo down pls\n\nellie", Particulars("Ellie")),
    "a lone given name behind the last word": Letter("supprimez mon compte svp. merci chloé", Particulars("Chloé")),
    "a name in small letters that the mailbox has": Letter(
        "remove my review\njonty roeburn", Particulars("Jonty", "Roeburn"), sender=Address("roeburn19@example.org")
    ),
    "the dead before the writer's own word": Letter(
        "I wrote when my mother died. As executor of Edith Roe I ask you to close her account.",
        Particulars("Edith", "Roe"),
        Role.EXECUTOR,
    ),
    "a name in the genitive": Letter(
        "Delete my daughter's account, she is 12. Clara Roe's address is wrong anyway.\nAnn Poe",
        Particulars("Clara", "Roe"),
        Role.PARENT,
    ),
    "kisses": Letter("hiya, update my account\n\nkayleigh roe x", Particulars("Kayleigh", "Roe")),
    "both names told": Letter(
        "Vous avez inversé : mon nom de famille est Nguyen et mon prénom Thu Ha.\nThu Ha Nguyen",
        Particulars("Thu Ha", "Nguyen"),
    ),
    "a name taken in marriage": Letter(
        "Je me suis mariée, je suis désormais Camille Roe-Durand.", Particulars("Camille", "Roe-Durand"), sender=CAMILLE
    ),
    "a child to whom the shop writes": Letter(
        "My son, Tom Roe, who is eleven, gets leaflets from iméra addressed to him at 8 Elm Bank, Bath BA1 1AA. "
        "As his mother I ask you to stop.\nAnn Roe",
        Particulars("Tom", "Roe", "8 Elm Bank, Bath BA1 1AA"),
        Role.PARENT,
    ),
    "an agent at the foot of their letter": Letter(
        "DataBack est mandatée par M. Hugo Vasseur. Il demande ses données.\nL'équipe\n1 rue Vide, 75002 Paris",
        Particulars("Hugo", "Vasseur"),
        Role.AGENT,
    ),
    "a notary's succession": Letter(
        "Maître Garnier, notaire, chargé de la succession de Madame Yvonne Leroux née Petit, décédée le 2 mai.",
        Particulars("Yvonne", "Leroux"),
        Role.HEIR,
    ),
    "the executor's dead, E86": Letter(
        "Je suis l'exécutrice testamentaire de Mme Odette Fournier.\nAnna Aubry\n3 rue Vide, 59000 Lille",
        Particulars("Odette", "Fournier"),
        Role.EXECUTOR,
        Address("anna.aubry@example.fr", "Anna Aubry"),
    ),
    "a parent's child, E90": Letter(
        "Mère de Malik Diallo-Roche (13 ans), je demande ses données. Nous vivons 6 rue Haute, 93100 Montreuil.",
        Particulars("Malik", "Diallo-Roche", "6 rue Haute, 93100 Montreuil"),
        Role.PARENT,
        Address("nora.diallo@example.fr", "Nora Diallo"),
    ),
    "a child, and nobody says that it lives with its mother": Letter(
        "As the mother of Mia Roe, aged 10, I object to her wish list being used for profiling.\n\nAnn Roe\n"
        "9 Elm Road, York YO1 7HH",
        Particulars("Mia", "Roe"),
        Role.PARENT,
    ),
    "a child at our address": Letter(
        "My daughter Mia Roe is eleven. She gave your shop her name and our address (9 Elm Road, York YO1 7HH). "
        "Take it out.\n\nAnn Roe (Mia's mum)",
        Particulars("Mia", "Roe", "9 Elm Road, York YO1 7HH"),
        Role.PARENT,
    ),
    "a form's fields of the individual named below": Letter(
        "DataBack is authorised by the individual named below.\nFirst name: Thandiwe\nLast name: Roe\nErase her data.",
        Particulars("Thandiwe", "Roe"),
        Role.AGENT,
    ),
    "whose carer writes": Letter(
        "I'm the carer of Mrs Edith Roe. She asks for a copy of her data.\n\nAnn Poe",
        Particulars("Edith", "Roe"),
        Role.AGENT,
    ),
    "a shout, and no name": Letter(
        "still waiting. its april. DO IT", Particulars("Camille", "Durand"), sender=CAMILLE
    ),
    "a name, and no nickname": Letter(
        "send me what u have on me\n\ncheers\nJaxson", Particulars("Jaxson"), sender=Address("jx@example.com", "jaxx")
    ),
    "a child of whom only the given name is told": Letter(
        "Ma fille Awa, 12 ans, reçoit vos mails. Supprimez son adresse.\nNora Diallo", Particulars("Awa"), Role.PARENT
    ),
    "somebody whose mail was passed on, E55": Letter(
        "\n---------- Forwarded message ---------\nDe : Elsa Roy <elsa.roy@example.fr>\nDate: mar. 3 mars 2026\n"
        "Subject: Suppression\nTo: <bonjour@imera-paris.com>\n\nSupprimez mon compte.\n",
        Particulars("Elsa", "Roy"),
        sender=Address("sav@example.fr", "Julie Petit"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        "Oubliez-moi. Définitivement.",
        "you hav my photo. take it down. please. may",
        "effacez tout. merci. patience",
        "WHY DOES YOUR WEBSITE SAY NO. I WANT TO BUY A HAT",
        "jveux pas ke vous utilisié mes achats pr vos stats. c po la peine",
        "Vous écrivez Adrien Solale. C'est Hadrien, avec un H.",
    ],
)
def test_what_ends_a_letter_is_not_always_a_name(body: str) -> None:
    _, read = _told(body)
    assert (read.given_name, read.family_name) == (None, None)


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_a_letter_tells_whose_data_it_is_about(letter: Letter) -> None:
    assert _told(letter.body, letter.sender, letter.subject) == (letter.role, letter.expected)


# --- any text

PIECES = st.sampled_from([
    "Mme", "Camille", "DURAND", "de", "La", "Tour", "née", "12", "rue", "des Lilas", "75011", "Paris", ",", "\n", "(",
    "n° client", "C-1042", "mon père", "est décédé", "avocate", "pour", "Nom :", "Prénom :", "Cordialement", "d'",
    "É", "\ud800",
])  # fmt: skip


@given(
    st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=40),
    st.sampled_from(Role),
    st.text(max_size=30),
)
def test_any_text_has_particulars_or_none_and_nothing_is_invented(
    pieces: list[str], role: Role, shown: str
) -> None:
    body = " ".join(pieces)
    told = particulars_of(new_text(body), Address("x@example.fr", shown), role, "")
    source = "".join(f"{body} {shown}".lower().split())
    for value in (told.given_name, told.family_name, told.customer_number):
        assert value is None or all(letter in source for letter in value.lower() if letter.isalnum())


@pytest.mark.parametrize(
    "unit",
    [
        "Camille Durand ",
        "12 rue X 75011 Paris, ",
        "client,",
        "n° client ",
        "AB1 2CD ",
        "A",
        "d'Ab ",
        "mon père, ",
    ],
)
def test_one_thing_said_over_and_over_is_read_in_the_end(unit: str) -> None:
    parts = new_text(unit * (100_000 // len(unit)))
    for role in (Role.SELF, Role.HEIR):
        assert particulars_of(parts, NOBODY, role).customer_number is None


@given(st.lists(PIECES, max_size=60))
def test_any_text_has_a_writer(pieces: list[str]) -> None:
    assert writer_of(" ".join(pieces)).role in Role
