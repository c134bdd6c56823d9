"""Keys for scripts. People's programs sign in with allauth's JWT; these are for what runs unattended."""

from __future__ import annotations

from django.db import models
from knox.models import AbstractAuthToken


class ApiToken(AbstractAuthToken):
    """A key of somebody's account: only its hash is stored, and it can be revoked by its id."""

    name = models.CharField(max_length=80, help_text="What it is for, in its owner's words")
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"

    @property
    def id(self) -> str:
        """The start of the key's hash, which tells nobody the key."""
        return self.digest[:16]
