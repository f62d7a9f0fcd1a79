"""Server-sent events (HTML standard, section 9.2)."""

from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from tellapart.api.problems import Responses
from tellapart.store.outages import outage_of

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
    """A response of events, which ends when the database is lost: browsers ask again."""
    return StreamingResponse(
        _until_outage(events), media_type="text/event-stream", headers=_HEADERS
    )


async def _until_outage(events: AsyncIterator[str]) -> AsyncIterator[str]:
    try:
        async for each in events:
            yield each
    except Exception as error:
        if outage_of(error) is None:
            raise
