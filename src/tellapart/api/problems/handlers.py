"""Errors as RFC 9457 problem details. No request of a user is answered with a 500."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from tellapart.api.classic import for_earlier_client, is_classic
from tellapart.api.middleware.transport import has_head
from tellapart.api.problems.invalid_requests import in_words
from tellapart.api.problems.responses import PROBLEM_TYPE
from tellapart.api.schemas.problems import Problem
from tellapart.errors import AlreadyRunning, InvalidRequest, NoChampion, Overloaded, TellapartError
from tellapart.store.outages import DATABASE_ERRORS, ValueRefused, outage_of

_AGAIN = {"Retry-After": "1"}
_HEADERS = {
    401: {"WWW-Authenticate": 'Bearer realm="tellapart"'},
    408: {"Connection": "close"},
    429: _AGAIN,
    503: _AGAIN,
}
_INTERNAL = "internal_error"
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# What FastAPI says of each body that it cannot read.
_UNREADABLE = "There was an error parsing the body"
_log = structlog.get_logger()
_Handler = Callable[[Request, Exception], Response]


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    *,
    job_id: str | None = None,
) -> JSONResponse:
    """A problem document as a response."""
    body = Problem(
        type=f"urn:tellapart:problem:{code}",
        title=title,
        status=status,
        detail=detail,
        code=code,
        job_id=job_id,
    )
    more = _HEADERS.get(status, {})
    return JSONResponse(
        body.model_dump(), status, {**(headers or {}), **more}, media_type=PROBLEM_TYPE
    )


def problem_of(error: TellapartError) -> JSONResponse:
    """The problem document of one of our errors."""
    job_id = error.job_id if isinstance(error, AlreadyRunning) else None
    return problem(error.status, error.code, error.title, str(error), job_id=job_id)


def status_and_code(error: Exception) -> tuple[int, str]:
    """How a request is answered that ends with this error."""
    known = outage_of(error) or error
    if isinstance(known, TellapartError):
        return known.status, known.code
    if isinstance(known, (RequestValidationError, ValueRefused)):
        return 422, "invalid_request"
    if isinstance(known, HTTPException):
        return known.status_code, _code_of(known.status_code)
    return (400, "incomplete_body") if isinstance(known, ClientDisconnect) else (500, _INTERNAL)


def install(app: FastAPI) -> None:
    """Answer every error of the app as a problem document."""
    for kind, handler in (
        (TellapartError, _tellapart_error),
        (RequestValidationError, _invalid_request),
        (HTTPException, _http_error),
        (ClientDisconnect, _gone),
        (OSError, _storage_error),
        *((kind, _storage_error) for kind in DATABASE_ERRORS),
        (ValueRefused, _value_refused),
        (Exception, _unexpected_error),
    ):
        app.add_exception_handler(kind, _for_client(handler))


def _for_client(handler: Callable[[Request, Exception], JSONResponse]) -> _Handler:
    """The handler, whose answers to clients of the earlier systems are such as they know."""

    def handle(request: Request, error: Exception) -> Response:
        answer = handler(request, error)
        return for_earlier_client(answer) if is_classic(request.url.path) else answer

    return handle


def _tellapart_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TellapartError)
    if error.status >= 500 and not isinstance(error, (Overloaded, NoChampion)):
        cause = {} if error.__cause__ is None else {"cause": str(error.__cause__)}
        _log.error("request_failed", code=error.code, detail=str(error), **cause)
    return problem_of(error)


def _storage_error(request: Request, error: Exception) -> JSONResponse:
    known = outage_of(error)
    if known is None:
        raise error
    return _tellapart_error(request, known)


def _value_refused(_request: Request, _error: Exception) -> JSONResponse:
    detail = "A value has a character, or is a number, that cannot be stored or looked for."
    return problem(422, "invalid_request", "The request cannot be used", detail)


def _invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    detail = in_words(error.errors())
    return problem(422, InvalidRequest.code, InvalidRequest.title, detail)


def _gone(_request: Request, _error: Exception) -> JSONResponse:
    detail = "The connection was closed before the whole body had come; nothing was kept."
    return problem(400, "incomplete_body", "The body is incomplete", detail)


def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.detail == _UNREADABLE:
        return _unreadable_body(request, error.__cause__)
    title = HTTPStatus(error.status_code).phrase
    # Starlette's own errors say no more than their title.
    asked = f"{request.method} {request.url.path[:200]}"
    detail = f"{asked}: {error.detail}. The API is described at /docs."
    if error.detail != title:
        detail = str(error.detail)
    elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(_methods(request)) or "none"
        detail = f"{asked} is not possible; allowed: {allowed}. The API is described at /docs."
        return problem(405, _code_of(405), title, detail, {"Allow": allowed})
    return problem(error.status_code, _code_of(error.status_code), title, detail, error.headers)


def _unreadable_body(request: Request, cause: BaseException | None) -> JSONResponse:
    """FastAPI hides what it meets while it reads a body."""
    if isinstance(cause, TellapartError):
        return _tellapart_error(request, cause)
    if isinstance(cause, ClientDisconnect):
        return _gone(request, cause)
    reason = "it is nested too deeply" if isinstance(cause, RecursionError) else str(cause)
    detail = in_words([{"type": "json_invalid", "loc": ("body",), "msg": reason}])
    return problem(400, "bad_request", InvalidRequest.title, detail)


def _methods(request: Request) -> list[str]:
    """All methods that the address of a request has; a route that does not fit knows its own."""
    path = request.scope["path"]
    found = {
        method
        for context in iter_route_contexts(request.app.routes)
        if context.path_regex.match(path)
        for method in context.methods or ()
    }
    if "GET" in found and has_head(path):
        found.add("HEAD")
    return [method for method in _METHODS if method in found]


def _unexpected_error(request: Request, error: Exception) -> JSONResponse:
    _log.error("unexpected_error", path=request.url.path, exc_info=error)
    detail = "The server made a mistake; its log has the details. Nothing that was stored is lost."
    return problem(500, _INTERNAL, "Something went wrong", detail)


def _code_of(status: int) -> str:
    return HTTPStatus(status).phrase.lower().replace(" ", "_").replace("'", "")
