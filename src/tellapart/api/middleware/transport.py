"""What every request gets, whatever its route: HEAD where there is GET, and no body that stalls."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tellapart.errors import RequestTimeout

# A stream of events has no end, and so no head that could be known from the whole.
_STREAMS = "/events"


def has_head(path: str) -> bool:
    """Whether what GET answers there has an end."""
    return not path.endswith(_STREAMS)


class HeadRequests:
    """Middleware that answers HEAD as GET, without the body (RFC 9110, section 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD" or not has_head(scope["path"]):
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, send_head)


class IdleBodies:
    """Middleware that gives up a body of which nothing more comes."""

    def __init__(self, app: ASGIApp, idle_s: float) -> None:
        self._app = app
        self._idle_s = idle_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; its `receive` raises `RequestTimeout` in the middle of a body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        complete = False

        async def receive_in_time() -> Message:
            nonlocal complete
            if complete:  # what comes next is only that the client goes away
                return await receive()
            try:
                async with asyncio.timeout(self._idle_s):
                    message = await receive()
            except TimeoutError:
                raise RequestTimeout(
                    f"Nothing came for {self._idle_s:g} seconds before the body was complete; "
                    "nothing was kept. Send it again, over a connection that lasts."
                ) from None
            complete = not message.get("more_body", False)
            return message

        await self._app(scope, receive_in_time, send)
