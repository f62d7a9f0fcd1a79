"""Server-sent events (HTML standard, section 9.2)."""

from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from tellapart.api.problems import Responses

# How a route declares that it answers with a stream.
EVENT_STREAM: Responses = {200: {"content": {"text/event-stream": {}}}}
# A comment, so that nobody on the way closes a silent connection.
STILL_HERE = ": still here\n\n"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def event(name: str, body: BaseModel, event_id: int | None = None) -> str:
    """An event as it is sent."""
    head = "" if event_id is None else f"id: {event_id}\n"
    return f"{head}event: {name}\ndata: {body.model_dump_json()}\n\n"


def event_stream(events: AsyncIterator[str]) -> StreamingResponse:
    """A response of events."""
    return StreamingResponse(events, media_type="text/event-stream", headers=_HEADERS)
