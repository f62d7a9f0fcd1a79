"""Server-sent events (HTML standard, section 9.2)."""

import time
from collections.abc import AsyncIterator

from fastapi import Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from tellapart.api.access import check_access
from tellapart.api.problems.responses import Responses
from tellapart.errors import AccessError
from tellapart.store.outages import outage_of

# How a route declares that it answers with a stream.
EVENT_STREAM: Responses = {200: {"content": {"text/event-stream": {}}}}
# A comment, so that nobody on the way closes a silent connection.
STILL_HERE = ": still here\n\n"
# How often a stream looks whether its key is still good.
_ACCESS_S = 5.0
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def event(name: str, body: BaseModel, event_id: int | None = None) -> str:
    """An event as it is sent."""
    head = "" if event_id is None else f"id: {event_id}\n"
    return f"{head}event: {name}\ndata: {body.model_dump_json()}\n\n"


def event_stream(events: AsyncIterator[str], request: Request) -> StreamingResponse:
    """A response of events.

    It ends when the database is lost, and soon after the key of the request was revoked: clients
    ask again, and are told why.
    """
    return StreamingResponse(
        _while_allowed(events, request), media_type="text/event-stream", headers=_HEADERS
    )


async def _while_allowed(events: AsyncIterator[str], request: Request) -> AsyncIterator[str]:
    checked = time.monotonic()
    try:
        async for each in events:
            if time.monotonic() - checked >= _ACCESS_S:
                await check_access(request)
                checked = time.monotonic()
            yield each
    except AccessError:
        return
    except Exception as error:
        if outage_of(error) is None:
            raise
