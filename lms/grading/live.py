"""Telling the pages that watch a submission that its row has changed."""

from __future__ import annotations

import asyncio
import json
import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from lms.grading.models import Submission

logger = logging.getLogger(__name__)

# The server's event loop, in a process that serves pages and grades in threads of its own.
_server_loop: asyncio.AbstractEventLoop | None = None


def use_server_loop(loop: asyncio.AbstractEventLoop | None) -> None:
    """From now on announce on this loop. The in-memory channel layer lives there and nowhere else."""
    global _server_loop
    _server_loop = loop


def group_name(submission_id: object) -> str:
    return f"submission.{submission_id}"


def announce(submission: Submission) -> None:
    """Wake the sockets that watch the submission, once its row is written; they read the row themselves.

    A verdict goes along with the message: it does not change any more, and who waits for it need not wait
    for a reader. A channel layer that is down costs the learner a second (pages poll then), never a result.
    """
    layer = get_channel_layer()
    message = {"type": "submission.changed"}
    if submission.is_finished:
        message["told"] = json.dumps(submission.to_json())
    send = layer.group_send(group_name(submission.pk), message)
    try:
        if _server_loop is not None:
            asyncio.run_coroutine_threadsafe(send, _server_loop)
        else:
            async_to_sync(_await)(send)
    except (OSError, RuntimeError, RedisError) as error:
        logger.warning("nobody could be told of %s: %s", submission.pk, error)


async def _await(coroutine):  # type: ignore[no-untyped-def]
    return await coroutine
