"""Certificates: that somebody had done all of a track, or of the course, when it was issued.

Each is a page that anybody may look at, an Open Badge 3.0 (a signed JWT that a machine can verify without
asking us) and a PDF.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import IntegrityError, transaction
from openbadgeslib.ob3 import (
    Achievement,
    IdentityObject,
    Issuer,
    OB3Signer,
    OB3VerificationError,
    OB3Verifier,
    OpenBadgeCredential,
)

from content.pages import RoadmapTrack
from lms.accounts.models import Learner
from lms.progress.models import Certificate
from lms.progress.state import ProgressOfRequest

COURSE = "Django Mastery"
ALGORITHM = "EdDSA"
MOST_NAME = 150  # characters


class NotEarned(Exception):
    """There is something left to do. The message is for the learner."""


class NoName(ValueError):
    """A certificate has to be somebody's. The message is for the learner."""


@dataclass(frozen=True)
class Offer:
    """A certificate that can be had: `track` is a slug, or empty for the course; `left` are lessons to do."""

    track: str
    title: str
    lessons: tuple[tuple[str, str], ...]
    left: int
    issued: Certificate | None = None

    @property
    def is_earned(self) -> bool:
        return self.left == 0


def offers(progress: ProgressOfRequest, tracks: list[RoadmapTrack]) -> list[Offer]:
    """Return the course's certificate and one for each track that has lessons, in the roadmap's order."""
    issued = {row.track: row for row in Certificate.objects.filter(learner=progress.learner)}
    found = []
    for slug, title, rows in [
        ("", COURSE, [row for track in tracks for row in track.rows]),
        *((track.slug, f"{COURSE}: {track.title}", list(track.rows)) for track in tracks),
    ]:
        # A row whose lesson is not published is left: nobody can have done it.
        of_rows = [progress.of_row(row.slug) for row in rows]
        left = sum(not (of_row and of_row.is_done) for of_row in of_rows)
        lessons = tuple((row.slug, row.name) for row in rows)
        found.append(Offer(slug, title, lessons, left, issued.get(slug)))
    return found


def issue(
    *, learner: Learner, offer: Offer, name: str, now: datetime, address: Callable[[str], str]
) -> Certificate:
    """Issue what was earned, once; a second call returns the first one. Raises NotEarned and NoName.

    `address` makes an absolute URL of a path on this site.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= MOST_NAME or any(ord(character) < 32 for character in name):
        raise NoName(f"Give the name that should stand there, of at most {MOST_NAME} characters.")
    if not offer.is_earned:
        raise NotEarned(f"{offer.left} of {len(offer.lessons)} lessons are left.")
    number = uuid.uuid4()
    try:
        with transaction.atomic():
            return Certificate.objects.create(
                id=number,
                learner=learner,
                track=offer.track,
                title=offer.title,
                name=name,
                lessons=[list(lesson) for lesson in offer.lessons],
                credential=_sign(number, learner, offer, name, now, address),
                issued_at=now,
            )
    except IntegrityError:
        return Certificate.objects.get(learner=learner, track=offer.track)


def verified(certificate: Certificate) -> bool:
    """Whether the credential is one that we signed, and of this certificate."""
    try:
        found = OB3Verifier(public_key()).verify(certificate.credential)
    except OB3VerificationError:
        return False
    return str(found.id).rstrip("/").endswith(str(certificate.id))


def public_key() -> bytes:
    """Return the key to verify our badges with, as PEM."""
    return (
        _key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def _key() -> Ed25519PrivateKey:
    if not settings.BADGE_KEY:
        raise RuntimeError("BADGE_KEY is not set: certificates can't be signed.")
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(settings.BADGE_KEY.encode()).digest())


def _sign(
    number: uuid.UUID,
    learner: Learner,
    offer: Offer,
    name: str,
    now: datetime,
    address: Callable[[str], str],
) -> str:
    lessons = ", ".join(title for _, title in offer.lessons)
    credential = OpenBadgeCredential(
        id=address(f"/certificates/{number}/"),
        name=offer.title,
        issuer=Issuer(id=address("/certificates/issuer.json"), name=COURSE, url=address("/")),
        recipient_id=None,
        identifiers=_identities(learner, name),
        achievement=Achievement(
            id=address(f"/certificates/achievements/{offer.track or 'course'}/"),
            name=offer.title,
            description=f"All {len(offer.lessons)} lessons were done: {lessons}.",
            criteria_narrative=(
                "A lesson is done when its text is read, each mission is carried out in the live demo, a "
                "submission to each exercise has passed, and each question of the quiz was answered right."
            ),
        ),
        issuance_date=now,
    )
    private = _key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    token: str = OB3Signer(private, ALGORITHM).sign(credential)
    return token


def _identities(learner: Learner, name: str) -> list[Any]:
    """The name as it stands there; of the address a salted hash, so that its owner can prove it."""
    named = IdentityObject(identity_hash=name, identity_type="name", hashed=False)
    if learner.user is None:
        return [named]
    return [named, IdentityObject.create(learner.user.email, salt=secrets.token_hex(16))]
