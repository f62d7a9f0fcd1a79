"""Request bodies: read within a limit, whatever their headers claim."""

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any

from fastapi import Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect
from starlette.types import Message

from tellapart.errors import InvalidRequest, PayloadTooLarge, UnsupportedMediaType

BINARY = {"type": "string", "format": "binary"}
_FORM_OVERHEAD_BYTES = 64 * 1024
_MOST_FIELDS = 20
_BATCH_BYTES = 1024 * 1024
MALFORMED_FORM = (
    "The body is not the multipart form that its Content-Type announces, or is cut off. Let the "
    "client make both, as curl does with -F, and set no Content-Type of your own."
)


class SmallBodyRoute(APIRoute):
    """A route whose body is a few options: it is not read further than they can be long."""

    limit_bytes = 64 * 1024

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler, given the request with its limit."""
        handler = super().get_route_handler()

        async def limited(request: Request) -> Response:
            return await handler(limit(request, self.limit_bytes))

        return limited


class LargeBodyRoute(SmallBodyRoute):
    """A route whose body may name many images."""

    limit_bytes = 2 * 1024**2


def form_body(
    properties: dict[str, Any],
    *,
    required: Sequence[str] = (),
    raw: str | None = None,
    json: type[BaseModel] | None = None,
    may_be_empty: bool = False,
) -> dict[str, Any]:
    """What OpenAPI says of a multipart body, or of `raw` bytes of that type or of JSON instead.

    FastAPI cannot say it by itself for bodies that are read within a limit.
    """
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        schema["required"] = list(required)
    content: dict[str, Any] = {"multipart/form-data": {"schema": schema}}
    if raw is not None:
        content[raw] = {"schema": BINARY}
    if json is not None:
        content["application/json"] = {"schema": json.model_json_schema()}
    return {"requestBody": {"required": not may_be_empty, "content": content}}


def invalid_body(error: ValidationError) -> RequestValidationError:
    """The error of FastAPI for a body that a route has validated itself."""
    found = [{**entry, "loc": ("body", *entry["loc"])} for entry in error.errors()]
    return RequestValidationError(found)


async def read_image_body(request: Request, limit_bytes: int) -> bytes:
    """The image of a request: multipart field `file`, or a raw body of type `image/*`.

    Raises:
        PayloadTooLarge: it is larger than the limit; the rest of it was not read.
        UnsupportedMediaType: the body is of another type.
        InvalidRequest: the form has no file in the field `file`.
    """
    media_type = media_type_of(request)
    if media_type.startswith("image/") or media_type == "application/octet-stream":
        return await limit(request, limit_bytes).body()
    if media_type == "multipart/form-data":
        async with read_form(request, limit_bytes + _FORM_OVERHEAD_BYTES, max_files=1) as form:
            return await single_file(form).read()
    raise UnsupportedMediaType(
        f"A body of type {media_type or 'unknown'} is not read here. Send the picture as multipart "
        "form field `file`, or as the raw body with a Content-Type such as image/jpeg."
    )


@asynccontextmanager
async def read_form(
    request: Request, limit_bytes: int, *, max_files: int
) -> AsyncIterator[FormData]:
    """A multipart form in memory, which the limit bounds, closed at the end.

    Raises:
        PayloadTooLarge: more bytes or files than allowed.
        UnsupportedMediaType: the body is no multipart form.
        InvalidRequest: it is not well-formed.
    """
    media_type = media_type_of(request)
    if media_type != "multipart/form-data":
        raise UnsupportedMediaType(
            f"A body of type {media_type or 'unknown'} is not read here. Send multipart/form-data."
        )
    async with aclosing(limit(request, limit_bytes).stream()) as stream:
        parser = MultiPartParser(
            request.headers, stream, max_files=max_files, max_fields=_MOST_FIELDS
        )
        parser.spool_max_size = limit_bytes
        try:
            form = await parser.parse()
        except MultiPartException as error:
            if error.message.startswith("Too many files"):
                raise PayloadTooLarge(_too_many(max_files, request.url.path)) from None
            raise InvalidRequest(MALFORMED_FORM) from None
    try:
        yield form
    finally:
        await form.close()


def _too_many(max_files: int, path: str) -> str:
    if max_files == 1:
        return (
            f"More than one picture came at once, and {path} takes one. Send several to "
            f"{path}/batch, or one after another."
        )
    return f"More than {max_files:,} pictures came at once; nothing was kept. Send them in parts."


async def pour(request: Request, write: Callable[[bytes], object]) -> None:
    """Hand the body to `write`, in a thread, about a megabyte at a time, as it arrives.

    Raises:
        ClientDisconnect: the client went away in the middle.
    """
    batch = bytearray()
    more = True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        batch += message.get("body", b"")
        more = message.get("more_body", False)
        if len(batch) >= _BATCH_BYTES or not more:
            await run_in_threadpool(write, bytes(batch))
            batch.clear()


def megabytes(size_bytes: int) -> str:
    """A size in words, such as `32 MB`, `1.5 MB` or `64 kB`."""
    size = size_bytes / 1024**2
    if size < 1:
        return f"{size_bytes / 1024:,.0f} kB"
    return f"{size:,.0f} MB" if size >= 10 else f"{size:,.2g} MB"


def announced_bytes(request: Request) -> int:
    """How long the body is said to be; 0 when nothing is said."""
    announced = request.headers.get("content-length", "")
    return int(announced) if announced.isdecimal() else 0


def single_file(form: FormData) -> UploadFile:
    """The file in the form field `file`.

    Raises:
        InvalidRequest: there is none, or it is text.
    """
    found = form.get("file")
    if isinstance(found, str):
        raise InvalidRequest(
            "The field 'file' came as text, not as a file. With curl, mind the @: "
            "-F file=@picture.jpg"
        )
    if found is None:
        fields = ", ".join(repr(name) for name in form) or "none"
        raise InvalidRequest(
            f"The form has no file in the field 'file' (fields that came: {fields}). "
            "With curl: -F file=@picture.jpg"
        )
    return UploadFile(found.file, size=found.size, filename=found.filename, headers=found.headers)


def media_type_of(request: Request) -> str:
    """The type of the body, without parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def limit(request: Request, limit_bytes: int) -> Request:
    """The same request, whose body raises `PayloadTooLarge` once it is longer than the limit."""
    too_large = PayloadTooLarge(
        f"The body is larger than {megabytes(limit_bytes)}, the most that is read here. Send less "
        "at once."
    )
    if announced_bytes(request) > limit_bytes:
        raise too_large
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > limit_bytes:
            raise too_large
        return message

    return Request(request.scope, receive)
