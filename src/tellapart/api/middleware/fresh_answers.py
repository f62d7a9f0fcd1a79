"""Answers from memory, ahead of routing, while nothing in the database has changed.

Three times as many requests a second as by way of a route. Whoever adds a check of who may ask has
to put it before this one.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

INSIGHTS_PATH = "/api/data-insights"


class FreshAnswers:
    """Middleware that answers for the insights when it can, and else passes the request on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        body = None
        if (
            scope.get("path") == INSIGHTS_PATH
            and scope.get("method") == "GET"
            and not scope.get("query_string")
        ):
            body = scope["app"].state.services.insights.fresh()
        if body is None:
            await self._app(scope, receive, send)
            return
        length = str(len(body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
