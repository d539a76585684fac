"""Addresses as an operator types them."""

from cli.local.trouble import Trouble


def address(email: str) -> str:
    """Return the address as it was typed. Raises Trouble for what is none."""
    from privacy.domain.identifiers import InvalidAddress, normalise_address

    try:
        normalise_address(email)
    except InvalidAddress:
        raise Trouble(f"{email} is no e-mail address: write it like camille.durand@example.fr") from None
    return email
