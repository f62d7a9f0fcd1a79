"""HTTP/1.1 as uvicorn reads it, with bounds on all that is not a body.

httptools has none of its own: a head of many megabytes would stop the whole server while it is put
together, and clients that never end theirs would keep their connections for ever. This comes before
any check of keys.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from tellapart.api.problems.handlers import problem

MAX_HEAD_BYTES = 64 * 1024
HEAD_S = 30.0
_STATUS = 431


class BoundedHttpProtocol(HttpToolsProtocol):
    """One connection. What comes is counted until a head is complete, or a piece of a body."""

    _pending_bytes = 0
    _advanced = False
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, and wait for a head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came, at most 256 KiB at once."""
        self._advanced = False
        super().data_received(data)
        if self._advanced:
            self._pending_bytes = 0
            self._stop_waiting()
            return
        self._pending_bytes += len(data)
        if self._pending_bytes > MAX_HEAD_BYTES:
            self._refuse()
        elif self._timer is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """Take note of a head."""
        self._advanced = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take note of a piece of a body."""
        self._advanced = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Take note of the end of a request."""
        self._advanced = True
        super().on_message_complete()

    @property
    def _is_answering(self) -> bool:
        # None before the first request, whatever its type says.
        return self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]

    def _wait(self) -> None:
        self._timer = self.loop.call_later(HEAD_S, self._give_up)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        # A body that stalls is the matter of its request.
        if not self._is_answering:
            self.transport.close()

    def _refuse(self) -> None:
        if not self._is_answering and not self.transport.is_closing():
            detail = (
                f"The head of the request is larger than {MAX_HEAD_BYTES // 1024} kB. Send a "
                "shorter address, and fewer or shorter headers and cookies."
            )
            title = "Request Header Fields Too Large"
            answer = problem(_STATUS, "request_header_fields_too_large", title, detail)
            headers = [*answer.raw_headers, (b"connection", b"close")]
            lines = [b"%s: %s\r\n" % header for header in headers]
            head = STATUS_LINE[_STATUS] + b"".join(lines)
            self.transport.write(head + b"\r\n" + bytes(answer.body))
        self.transport.close()
