"""The browsable description of the API, with scripts of our own: it needs no internet."""

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from tellapart.api.middleware.security_headers import POLICY, page_policy
from tellapart.api.page import FOLDER

_NOT_BUILT = (
    "This page comes with the web page, which is not built. Run `make install` in the project "
    "folder. The description itself is at /openapi.json.\n"
)


def install(app: FastAPI) -> None:
    """Answer `/docs`. All addresses in it are relative: it may lie behind a prefix."""
    page = get_swagger_ui_html(
        openapi_url="openapi.json",
        title="Tellapart: API",
        swagger_js_url="swagger-ui/swagger-ui-bundle.js",
        swagger_css_url="swagger-ui/swagger-ui.css",
        swagger_favicon_url="icon.svg",
        oauth2_redirect_url=None,
    )
    html = bytes(page.body).decode()
    headers = {POLICY: page_policy(html)}
    built = (FOLDER / "swagger-ui" / "swagger-ui-bundle.js").is_file()

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        if not built:
            return PlainTextResponse(_NOT_BUILT, 503)
        return HTMLResponse(html, headers=headers)
