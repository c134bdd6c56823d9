from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from lms.accounts.learners import find_learner
from lms.grading.live import group_name
from lms.grading.models import Submission

NOT_FOUND = 4404


class SubmissionConsumer(AsyncJsonWebsocketConsumer):
    """Sends a submission whole: once on connecting, and again whenever its row has changed."""

    async def connect(self) -> None:
        self.submission_id = self.scope["url_route"]["kwargs"]["submission_id"]
        await self.accept()
        if not await self._is_mine():
            await self.close(code=NOT_FOUND)
            return
        # First listen, then read: a change in between is told twice rather than never.
        await self.channel_layer.group_add(group_name(self.submission_id), self.channel_name)
        await self.submission_changed({})

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(group_name(self.submission_id), self.channel_name)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Nothing that a page says changes anything here."""

    async def submission_changed(self, event: dict[str, Any]) -> None:
        submission = await Submission.objects.select_related("exercise").aget(pk=self.submission_id)
        await self.send_json(await database_sync_to_async(submission.to_json)())

    @database_sync_to_async
    def _is_mine(self) -> bool:
        who = SimpleNamespace(user=self.scope["user"], session=self.scope["session"])
        learner = find_learner(who)
        return bool(learner and Submission.objects.filter(pk=self.submission_id, learner=learner).exists())
