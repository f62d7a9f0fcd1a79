"""The web page: static files that the web build leaves in `static/`."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope

from tellapart.api.middleware.security_headers import POLICY, page_policy

FOLDER = Path(__file__).parent / "static"
# Pages with the path of a route that is only posted to.
_ALSO_ROUTES = ("/predict", "/predict/")
_NOT_BUILT = (
    "The API runs; the web page is not built. Run `make install` in the project folder, "
    "then start the server again. The API is described at /docs.\n"
)


class _Page(StaticFiles):
    """Hashed files may be kept for ever, pages are asked for each time."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER, html=True)
        self._policies = _policies(FOLDER.resolve())

    def file_response(
        self,
        full_path: PathLike,
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        # Also with 304, whose headers replace those that the browser has kept.
        self._add_policy(response, full_path)
        return response

    def _add_policy(self, response: Response, path: PathLike) -> None:
        if (policy := self._policies.get(str(path))) is not None:
            response.headers[POLICY] = policy

    async def get_response(self, path: str, scope: Scope) -> Response:
        if path.partition("/")[0] == "api":
            raise HTTPException(404)  # a program asks, and a page is no answer for it
        response = await super().get_response(path, scope)
        if isinstance(response, FileResponse) and response.status_code == 404:
            self._add_policy(response, response.path)
        hashed = path.startswith("_next/static/")
        lasting = "public, max-age=31536000, immutable"
        response.headers["Cache-Control"] = lasting if hashed else "no-cache"
        return response


@cache
def _policies(folder: Path) -> Mapping[str, str]:
    """The policy of each page, by its file; once a process, as reading all of them takes 10 ms."""
    return {
        str(file): page_policy(file.read_text(encoding="utf-8")) for file in folder.rglob("*.html")
    }


def install(app: FastAPI) -> None:
    """Serve the page at `/`, or say that it is not built."""
    if (FOLDER / "index.html").is_file():
        # Not mounted: a mount would also get the wrong methods of routes, which are 405.
        pages = app.router.default = _Page()
        for path in _ALSO_ROUTES:
            app.router.routes.append(Route(path, pages, methods=["GET", "HEAD"]))
        return

    @app.get("/", include_in_schema=False)
    async def not_built() -> PlainTextResponse:
        return PlainTextResponse(_NOT_BUILT, 503)
