"""Receipts of missions: signed by the demos site, brought by a browser, believed for a day."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing

MAX_AGE = timedelta(days=1)
_MAX_LENGTH = 2000


class BadReceipt(Exception):
    """The receipt proves nothing. The message is for the person who brought it."""


class ForeignReceipt(BadReceipt):
    """The receipt is sound, and somebody else's."""


@dataclass(frozen=True)
class Receipt:
    learner: uuid.UUID
    lesson: str
    mission: str
    at: datetime


def make_badge(key: uuid.UUID) -> str:
    """Return the badge by which the demos site knows for whom it signs receipts."""
    return signing.TimestampSigner(key=settings.RECEIPT_KEY, salt="badge").sign(key.hex)


def read_receipt(text: Any, *, own_keys: Collection[uuid.UUID]) -> Receipt:
    """Return what a receipt proves. Raises BadReceipt; ForeignReceipt unless it is for one of `own_keys`."""
    if not isinstance(text, str) or not 0 < len(text) <= _MAX_LENGTH:
        raise BadReceipt("Send a receipt, as the demo gave it.")
    try:
        data = signing.loads(text, key=settings.RECEIPT_KEY, salt="mission", max_age=MAX_AGE)
    except signing.SignatureExpired as error:
        raise BadReceipt("This receipt is older than a day. Do the mission again.") from error
    except signing.BadSignature as error:
        raise BadReceipt("This receipt was not made by the demos of this course.") from error
    receipt = _receipt(data)
    if receipt.learner not in own_keys:
        raise ForeignReceipt("This receipt is somebody else's. Reload the lesson and do the mission again.")
    return receipt


def _receipt(data: Any) -> Receipt:
    try:
        return Receipt(
            learner=uuid.UUID(hex=data["learner"]),
            lesson=str(data["lesson"]),
            mission=str(data["mission"]),
            at=datetime.fromtimestamp(data["at"], tz=UTC),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BadReceipt("This receipt is signed, but it is not the receipt of a mission.") from error
