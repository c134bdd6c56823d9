"""What a table of letters to be written has. The tables are of the rooms that write: this is no app."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Mailing(models.Model):
    """Letters to several people about one thing. It stays until all of them were written, and no longer.

    `told_up_to` is the key of the last account that was written to: a worker that dies, or a mail server that
    is away, makes the next one begin behind it. `claimed_until`: nobody else writes before that. `sent_at`:
    when a message about it was put into the queue that no worker has taken yet, as far as is known.
    """

    created_at = models.DateTimeField()
    told_up_to = models.BigIntegerField(default=0)
    # Somebody whom the server refused for the moment: the others do not wait.
    only = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
