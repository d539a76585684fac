"""The rights that a person may exercise (P36-P42, Articles 15-22 GDPR, LIL 85)."""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """One right. The order is the one in which a case lists them."""

    ACCESS = "access"  # Art. 15, LIL 49
    RECTIFICATION = "rectification"  # Art. 16, LIL 50
    ERASURE = "erasure"  # Art. 17, LIL 51
    RESTRICTION = "restriction"  # Art. 18, LIL 53
    PORTABILITY = "portability"  # Art. 20, LIL 55
    OBJECTION = "objection"  # Art. 21(1), LIL 56
    OBJECTION_MARKETING = "objection_marketing"  # Art. 21(2)-(3)
    CONSENT_WITHDRAWAL = "consent_withdrawal"  # Art. 7(3)
    AUTOMATED_DECISION_REVIEW = "automated_decision_review"  # Art. 22
    POST_MORTEM_DIRECTIVE = "post_mortem_directive"  # LIL 85 I
    HEIR_REQUEST = "heir_request"  # LIL 85 II


#: Done at once, whoever asks, without identity, reasons or approval (T6, P20, P40, G28).
AT_ONCE = frozenset({Right.OBJECTION_MARKETING, Right.CONSENT_WITHDRAWAL})
