"""The key of the page: kept by the browser where no script can read it."""

from fastapi import APIRouter, Request, Response

from tellapart.access.keys import Bearer
from tellapart.api.access import check_key, cookie_name, find_bearer
from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.schemas.session import Session, SignIn
from tellapart.api.services import Services, ServicesDep
from tellapart.api.uploads.bodies import SmallBodyRoute
from tellapart.errors import KeyRefused

router = APIRouter(prefix="/api/session", tags=["session"], route_class=SmallBodyRoute)

_A_MONTH_S = 30 * 24 * 3600


@router.get("")
async def get_session(request: Request, services: ServicesDep) -> Session:
    """Whether a key is needed here, and what the one that came is good for."""
    try:
        return _session(services, await find_bearer(request, services))
    except KeyRefused:
        return _session(services, None)


@router.post("", responses=PROBLEMS[401, 413, 422])
async def sign_in(
    request: Request, response: Response, services: ServicesDep, body: SignIn
) -> Session:
    """Have the browser keep a key, and send it with each request of the page."""
    key = body.key.strip()
    bearer = await check_key(services, key)
    response.set_cookie(
        cookie_name(services.storage.settings),
        key,
        max_age=_A_MONTH_S,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return _session(services, bearer)


@router.delete("")
async def sign_out(response: Response, services: ServicesDep) -> Session:
    """Have the browser forget the key."""
    name = cookie_name(services.storage.settings)
    response.delete_cookie(name, httponly=True, samesite="strict")
    return _session(services, None)


def _session(services: Services, bearer: Bearer | None) -> Session:
    return Session(
        key_needed=services.storage.settings.needs_key,
        name=None if bearer is None else bearer.name,
        scope=None if bearer is None else bearer.scope,
    )
