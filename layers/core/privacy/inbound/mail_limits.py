"""How much of a message is read. What lies beyond is named in `unread`, and a person looks at the raw mail.

Python's own parser is superlinear on hostile input (docs/performance.md), so these hold before and instead of it:
every reader here walks bytes once, and cuts a value before it looks into it.
"""

from __future__ import annotations

#: Bytes SES takes in at most; a larger object did not come through it.
MAX_MESSAGE = 40 * 1024 * 1024

#: Bytes of the header block of the message, and of a part.
MAX_HEADERS, MAX_PART_HEADERS = 256 * 1024, 16 * 1024
#: Header fields of the message, and of a part.
MAX_FIELDS, MAX_PART_FIELDS = 1_000, 60
#: Bytes looked into of one field's value; a mail to hundreds of people still fits.
MAX_VALUE = 32 * 1024
#: Characters kept of a subject, and of a name.
MAX_SUBJECT, MAX_NAME = 1_000, 200
#: Parameters of a Content-Type or Content-Disposition, RFC 2231 pieces included.
MAX_PARAMETERS = 60
#: Encoded words of one value.
MAX_ENCODED_WORDS = 200
#: Mailboxes read of one field.
MAX_ADDRESSES = 100
#: Message ids read of one field.
MAX_IDS = 100

#: Parts in all, how deep they may be nested, and lines that look like a delimiter.
MAX_PARTS, MAX_DEPTH, MAX_DELIMITERS = 200, 20, 2_000

#: Decoded bytes of text parts in all, and characters handed on.
MAX_TEXT_BYTES, MAX_TEXT = 2 * 1024 * 1024, 200_000

#: Characters and tags of HTML that are read. Fewer characters a tag or an entity, where there are more of these than
#: FEW_TAGS, and longer tags, are no mail program's.
MAX_HTML, MAX_TAGS, FEW_TAGS = 512 * 1024, 10_000, 500
CHARACTERS_A_TAG, CHARACTERS_AN_ENTITY, LONGEST_TAG = 8, 5, 10_000
#: Elements of HTML within each other.
MAX_HTML_DEPTH = 200
