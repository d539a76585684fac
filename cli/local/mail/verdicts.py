"""What a receiving server finds out about a message: SPF, DKIM, DMARC, spam, virus (RFC 7208, 6376, 7489)."""

import email.utils
import warnings
from dataclasses import dataclass
from email.parser import BytesHeaderParser

from cli.local.mail import zone

#: The test strings that every spam filter and virus scanner knows, in two halves so that this file is neither.
SPAM = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*" + b"GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
VIRUS_BASE64 = b"WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo"


@dataclass(frozen=True)
class Found:
    """spf, dkim, dmarc: in small letters, as in Authentication-Results. spam, virus: in capitals, as SES has them."""

    spf: str
    dkim: str
    dmarc: str
    spam: str
    virus: str
    from_domain: str


def verdicts(raw: bytes, *, peer: str, helo: str, envelope_from: str) -> Found:
    """peer: the sender's IP address. envelope_from: empty for the null path."""
    domain = _from_domain(raw)
    spf = _spf(peer, helo, envelope_from)
    dkim, signer = _dkim(raw)
    aligned = (spf == "pass" and _same(envelope_from.rpartition("@")[2], domain)) or (
        dkim == "pass" and _same(signer, domain)
    )
    dmarc = "none" if not domain or not zone.texts(f"_dmarc.{domain}") else "pass" if aligned else "fail"
    return Found(
        spf,
        dkim,
        dmarc,
        spam="FAIL" if SPAM in raw else "PASS",
        virus="FAIL" if VIRUS in raw or VIRUS_BASE64 in raw else "PASS",
        from_domain=domain,
    )


def _spf(peer: str, helo: str, envelope_from: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # of pyspf's own text
        import spf
    spf.DNSLookup = zone.look_up_for_spf
    return str(spf.check2(i=peer, s=envelope_from or f"postmaster@{helo}", h=helo)[0])


def _dkim(raw: bytes) -> tuple[str, str]:
    import dkim

    header = BytesHeaderParser().parsebytes(raw[:65536]).get("DKIM-Signature")
    if header is None:
        return "none", ""
    signer = next((part.strip()[2:] for part in str(header).split(";") if part.strip().startswith("d=")), "")
    try:
        genuine = dkim.verify(raw, dnsfunc=zone.look_up_for_dkim)
    except dkim.DKIMException:
        genuine = False
    return ("pass" if genuine else "fail"), signer.strip()


def _from_domain(raw: bytes) -> str:
    header = BytesHeaderParser().parsebytes(raw[:65536]).get("From", "")
    return email.utils.parseaddr(str(header))[1].rpartition("@")[2].lower()


def _same(one: str, other: str) -> bool:
    return bool(one) and one.lower() == other
