"""What SES looks at in a raw message before it takes it, and what it changes in one that it took."""

import re
from collections.abc import Sequence
from email import message_from_bytes
from email.message import Message
from email.utils import formatdate

from cli.standins.ses.problems import bad_request, rejected

#: Bytes of a message once it is encoded for the API.
LARGEST = 40 * 1024 * 1024
MOST_RECIPIENTS = 50
LONGEST_LINE = 1000
REGION = "eu-west-3"
#: A file that every virus scanner reports: SES takes a message with it, and then rejects it.
VIRUS = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"

_ADDRESS = re.compile(r"[!#-'*+/-9=?A-Z^-~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])")
_TAG = re.compile(r"[A-Za-z0-9_.@-]{1,256}")
#: The end of SES's list of attachments that it does not carry.
_UNCARRIED = (
    " ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins isp its js"
    " jse ksh lib lnk mad maf mag mam maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msh1"
    " msh2 mshxml msh1xml msh2xml msi msp mst ops pcd pif plg prf prg reg scf scr sct shb shs sys ps1"
    " ps1xml ps2 ps2xml psc1 psc2 tmp url vb vbe vbs vps vsmacros vss vst vsw vxd ws wsc wsf wsh xnk"
    " "
)


def check_envelope(
    sender: str, recipients: Sequence[str], tags: dict[str, str], identities: Sequence[str]
) -> None:
    """Refuse a call that SES does not understand, or whose sender nobody verified."""
    if not recipients:
        raise bad_request("Must specify at least one recipient.")
    if len(recipients) > MOST_RECIPIENTS:
        raise bad_request(f"Recipient count exceeds {MOST_RECIPIENTS}.")
    for address in (sender, *recipients):
        if not _ADDRESS.fullmatch(address):
            raise bad_request("Local address contains control or whitespace, or is no address.")
    for said in (*tags, *tags.values()):
        if not _TAG.fullmatch(said):
            raise bad_request("Invalid tag: only alphanumeric ASCII characters, '_', '-', '.' and '@'.")
    if sender.rpartition("@")[2].lower() not in identities:
        raise rejected(
            "Email address is not verified. The following identities failed the check in region "
            f"{REGION.upper()}: {sender}"
        )


def check_message(raw: bytes, encoded: int) -> Message:
    """Return the message, read. encoded: its bytes as the API carried them."""
    if encoded > LARGEST:
        raise bad_request(f"Message length is more than {LARGEST} bytes long: '{encoded}'.")
    head, separated, _ = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    if not separated or b"\0" in raw:
        raise bad_request("The message has no header, or no body, or a NUL.")
    if any(len(line) > LONGEST_LINE for line in raw.split(b"\n")):
        raise bad_request(f"Line length exceeds {LONGEST_LINE} characters.")
    if not head.isascii():
        raise bad_request("Headers have to be 7-bit ASCII.")
    message = message_from_bytes(raw)
    for name in ("From", "To", "Subject", "Date"):
        if len(message.get_all(name, [])) > 1:
            raise bad_request(f"Duplicate header '{name}'.")
    if message["From"] is None:
        raise bad_request("Missing required header 'From'.")
    if message.get_content_maintype() == "multipart" and not message.get_boundary():
        raise bad_request("Missing boundary of a multipart.")
    _check_attachments(message)
    return message


def _check_attachments(message: Message) -> None:
    for part in message.walk():
        _, dot, ending = (part.get_filename() or "").lower().rpartition(".")
        if dot and f" {ending} " in _UNCARRIED:
            raise rejected(f"Unsupported attachment type: .{ending}")


def stamped(raw: bytes, message_id: str, second: int) -> bytes:
    """The message as it leaves SES: Message-ID and Date are its own."""
    head, _, body = raw.partition(b"\r\n\r\n")
    fields: list[bytes] = []
    for line in head.split(b"\r\n"):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] += b"\r\n" + line
        else:
            fields.append(line)
    kept = [field for field in fields if field.split(b":")[0].strip().lower() not in (b"message-id", b"date")]
    own = [
        f"Message-ID: <{message_id}@{REGION}.amazonses.com>".encode(),
        f"Date: {formatdate(second)}".encode(),
    ]
    return b"\r\n".join([*kept, *own]) + b"\r\n\r\n" + body
