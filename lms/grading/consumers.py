from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from lms.accounts.learners import find_learner
from lms.grading.live import group_name
from lms.grading.models import Submission

NOT_FOUND = 4404
# Offered by a browser's script beside its token (lms/api/sockets.py): a server has to choose one of those.
SUBPROTOCOL = "django-mastery.v1"
SOONEST, LATEST = 1.0, 10.0  # seconds between two looks at the place in the queue


def chosen_subprotocol(scope: Any) -> str | None:
    return SUBPROTOCOL if SUBPROTOCOL in scope.get("subprotocols", ()) else None


class SubmissionConsumer(AsyncJsonWebsocketConsumer):
    """Sends a submission whole: once on connecting, and again whenever its row has changed."""

    async def connect(self) -> None:
        self.following: asyncio.Task[None] | None = None
        self.submission_id = self.scope["url_route"]["kwargs"]["submission_id"]
        await self.accept(subprotocol=chosen_subprotocol(self.scope))
        if not await self._is_mine():
            await self.close(code=NOT_FOUND)
            return
        # First listen, then read: a change in between is told twice rather than never.
        await self.channel_layer.group_add(group_name(self.submission_id), self.channel_name)
        await self.submission_changed({})

    async def disconnect(self, code: int) -> None:
        if self.following is not None:
            self.following.cancel()
        await self.channel_layer.group_discard(group_name(self.submission_id), self.channel_name)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Nothing that a page says changes anything here."""

    async def submission_changed(self, event: dict[str, Any]) -> None:
        if verdict := event.get("told"):
            await self.send(verdict)
            return
        told = await self._tell()
        if told["position"] is not None and self.following is None:
            self.following = asyncio.create_task(self._follow_place(told["position"]))

    async def _tell(self) -> dict[str, Any]:
        told = await self._read()
        await self.send_json(told)
        return told

    async def _follow_place(self, position: int | None) -> None:
        """Tell how the queue moves. Its row does not change then; who is far behind is told less often."""
        while position is not None:
            await asyncio.sleep(min(max(position / 10, SOONEST), LATEST))
            position = await self._moved_on(position)
        self.following = None

    async def _moved_on(self, position: int) -> int | None:
        now = await self._place()
        if now is not None and now != position:
            await self._tell()
        return now

    # One way to the database for each: a connection is opened for it.

    @database_sync_to_async
    def _read(self) -> dict[str, Any]:
        return Submission.objects.select_related("exercise").get(pk=self.submission_id).to_json()

    @database_sync_to_async
    def _place(self) -> int | None:
        return Submission.objects.only("state", "turn").get(pk=self.submission_id).position()

    @database_sync_to_async
    def _is_mine(self) -> bool:
        who = SimpleNamespace(user=self.scope["user"], session=self.scope["session"])
        learner = find_learner(who)
        return bool(learner and Submission.objects.filter(pk=self.submission_id, learner=learner).exists())
