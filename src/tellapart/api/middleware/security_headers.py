"""What browsers are told about answers, so that a page does no more than it was built for.

The page is built to static files with scripts inside. A policy names each of them by its hash,
read from the files themselves (CSP level 3, section 6.7.3).
"""

import hashlib
import re
from base64 import b64encode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "content-security-policy"
_FOR_ALL = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    # Answers of the API are no pages; a downloaded report has its styles and images inside.
    POLICY: "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
}
# As ASGI has them: this is done for each answer.
_RAW = [(name.encode(), value.encode()) for name, value in _FOR_ALL.items()]
# Libraries of the page set styles from scripts, which no hash can name.
_PAGE = (
    "default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_SCRIPT = re.compile(r"<script([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)


class SecurityHeaders:
    """Middleware that adds to each answer the headers that its route has not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                own = {name for name, _ in headers}
                headers += [header for header in _RAW if header[0] not in own]
                message["headers"] = headers
            await send(message)

        await self._app(scope, receive, send_with_headers)


def page_policy(html: str) -> str:
    """The policy under which a page runs: its own scripts, and nothing from elsewhere."""
    inline = [text for attributes, text in _SCRIPT.findall(html) if " src=" not in attributes]
    hashes = {f"'sha256-{_hash(text)}'" for text in inline}
    return _PAGE.format(scripts=" ".join(sorted(hashes)))


def _hash(text: str) -> str:
    return b64encode(hashlib.sha256(text.encode()).digest()).decode()
