"""Requests that are refused."""

from tellapart.errors.root import TellapartError


class AccessError(TellapartError):
    """A request is not let in."""

    code = "access_refused"
    status = 403
    title = "Not allowed"


class KeyRefused(AccessError):
    """A key is needed, and none came that is good."""

    code = "key_refused"
    status = 401
    title = "A key is needed"


class ScopeTooSmall(AccessError):
    """The key is good, but not for this."""

    code = "scope_too_small"
    title = "The key is not good for this"


class HostRefused(AccessError):
    """The server is asked under a name that is not one of its own."""

    code = "host_refused"
    status = 421
    title = "Not a name of this server"


class OriginRefused(AccessError):
    """A page of another origin asks for a change."""

    code = "origin_refused"
    title = "A page of another origin asks"


class NotFound(TellapartError):
    """An image, version or other named thing does not exist."""

    code = "not_found"
    status = 404
    title = "Not found"


class InvalidRequest(TellapartError):
    """An option or a value is not one that we accept."""

    code = "invalid_request"
    status = 422
    title = "The request cannot be used"


class WrongFileCount(InvalidRequest):
    """Fewer or more files than this route takes."""

    code = "wrong_file_count"
    status = 400
    title = "Not this many files"


class PayloadTooLarge(TellapartError):
    """More bytes or files than a limit allows."""

    code = "payload_too_large"
    status = 413
    title = "Too much at once"


class RequestTimeout(TellapartError):
    """The rest of a request did not come in time."""

    code = "request_timeout"
    status = 408
    title = "The request did not go on"


class UnsupportedMediaType(TellapartError):
    """A body of a type that we do not read."""

    code = "unsupported_media_type"
    status = 415
    title = "This kind of body is not read"


class Overloaded(TellapartError):
    """Too much work is waiting; try again."""

    code = "overloaded"
    status = 503
    title = "Busy"
