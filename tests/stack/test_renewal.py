"""From the night that finds them to the button that they press: a letter, a page, three more years (A3, E135)."""

import http.client
import json
import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from cli.local.backoffice import BackOffice
from privacy.domain.clocks import add_years, paris_day
from privacy.operations.retention.purge_batch import PERSON, batches
from tests.stack.contact import Contact
from tests.stack.test_mailchimp_follows import Shop

#: A subscription of three years that ends in twenty days.
LEFT = timedelta(days=20)


@pytest.fixture
def shop(office: BackOffice) -> Shop:
    office.shop.register_webhooks(office.base_url, office.secrets)
    shop = Shop(office, f"camille-{secrets.token_hex(4)}@example.fr")
    signed_up = add_years(paris_day(datetime.now(UTC)) + LEFT, -3)
    shop.mailchimp("signup", at=f"{signed_up.isoformat()}T10:00:00")
    return shop


def purged(shop: Shop) -> None:
    """As the night's plan hands them over."""
    person = str(theirs(shop)["pk"])
    sqs = shop.office.aws("sqs")
    (url,) = (url for url in sqs.list_queues()["QueueUrls"] if "RetentionPurgeQueue" in url)
    for batch in batches(f"retention-{secrets.token_hex(4)}", PERSON, [(person, "person")]):
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(batch.message()))
    shop.office.wait_until_idle(60)


def theirs(shop: Shop) -> dict[str, Any]:
    """Their item of the projection."""
    (item,) = (item for item in shop._scan("imera-privacy-people") if shop.who in repr(item.get("standings")))
    return item


def until(shop: Shop) -> date:
    return date.fromisoformat(shop.consent()["standing"]["until"])


def ask(link: str, method: str = "GET", body: str = "") -> tuple[int, str]:
    url = urlsplit(link)
    connection = http.client.HTTPConnection(url.netloc, timeout=30)
    try:
        headers = {"content-type": "application/x-www-form-urlencoded", "accept-language": "fr"}
        connection.request(method, f"{url.path}?{url.query}", body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_letter_leads_to_a_page_whose_button_is_a_new_opt_in(shop: Shop) -> None:
    ends_on = until(shop)
    assert ends_on == paris_day(datetime.now(UTC)) + LEFT
    purged(shop)
    purged(shop)
    contact = Contact(shop.office)
    contact.look()
    (letter,) = (sent for sent in contact.sent if sent.recipient == shop.who)
    assert letter.letter.startswith("RN-")
    link = next(word for word in letter.text.split() if "/stay/" in word and word.endswith("lang=fr"))
    assert link.startswith(shop.office.base_url)

    assert "Souhaitez-vous rester inscrit(e)" in ask(link)[1]
    shop.office.wait_until_idle(60)
    assert until(shop) == ends_on, "looking changes nothing"

    status, page = ask(link, "POST", "lang=fr")
    assert (status, "Merci, vous restez inscrit(e)" in page) == (200, True)
    shop.office.wait_until_idle(60)
    assert until(shop) == add_years(paris_day(datetime.now(UTC)), 3)
    assert shop.status() == "subscribed"

    again, forged = ask(link, "POST", "lang=fr"), ask(link.replace("/stay/", "/stay/x"), "POST", "lang=fr")
    assert again == forged
    assert ask(link, "POST", "anything else") == (400, "")
    shop.office.wait_until_idle(60)
    mailbox = next(iter(theirs(shop)["standings"]))
    told = [item["sk"] for item in shop._scan("imera-privacy-ledger") if item["pk"] == mailbox]
    assert len([key for key in told if key.startswith("pages#")]) == 1

    # the letter's other link ends it all, pressed by a mail program (P20, RFC 8058)
    choices = next(word for word in letter.text.split() if "/choices/" in word and word.endswith("lang=fr"))
    assert "nous pouvons vous envoyer" in ask(choices)[1]
    status, page = ask(choices, "POST", "List-Unsubscribe=One-Click")
    assert (status, "plus d'offres de notre part" in page) == (200, True)
    shop.office.wait_until_idle(60)
    assert shop.status() == "unsubscribed"
    assert "ni actualités ni offres" in ask(choices)[1]
