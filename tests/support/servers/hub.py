"""A Hugging Face hub on this machine, as far as a download asks for it."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.servers.http_server import QuietHandler, serving

_COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """Files by data set and name, and the data sets that want terms agreed to."""

    url: str = ""
    datasets: dict[str, dict[str, bytes]] = field(default_factory=dict)
    gated: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def about(self, dataset: str, asked: list[str]) -> Any:
        """What the hub's API says of a data set, or of its files."""
        if "tree" not in asked:
            return {"id": dataset, "sha": _COMMIT, "siblings": [], "private": False, "tags": []}
        return [
            {"type": "file", "path": name, "size": len(data), "oid": f"{hash(data):x}"}
            for name, data in self.datasets[dataset].items()
        ]


@contextmanager
def serve_hub() -> Iterator[Hub]:
    """A hub without data sets."""
    hub = Hub()

    class Handler(QuietHandler):
        def do_HEAD(self) -> None:  # noqa: N802
            self.do_GET()

        def do_GET(self) -> None:  # noqa: N802
            path = self.path.partition("?")[0]
            hub.asked.append(f"{self.command} {path}")
            owner, name, *rest = path.removeprefix("/api").removeprefix("/datasets/").split("/")
            dataset = f"{owner}/{name}"
            if dataset in hub.gated:
                self.answer(403, b"{}", {"X-Error-Code": "GatedRepo"})
            elif dataset not in hub.datasets:
                self.answer(401, b"{}", {"X-Error-Code": "RepoNotFound"})
            elif path.startswith("/api/"):
                self.answer(200, json.dumps(hub.about(dataset, rest)).encode(), {})
            else:
                content = hub.datasets[dataset]["/".join(rest[2:])]
                etag = hashlib.sha1(content, usedforsecurity=False).hexdigest()
                self.answer(200, content, {"ETag": f'"{etag}"', "X-Repo-Commit": _COMMIT})

        def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    with serving(Handler) as url:
        hub.url = url
        yield hub
