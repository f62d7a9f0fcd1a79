"""The server: one process for the API and the page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from fastapi import APIRouter, Depends, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute

from tellapart.api import docs, openapi, page
from tellapart.api.access import check_access
from tellapart.api.metrics import RequestMetrics
from tellapart.api.middleware.fresh_answers import FreshAnswers
from tellapart.api.middleware.origins import OriginCheck
from tellapart.api.middleware.security_headers import SecurityHeaders
from tellapart.api.middleware.transport import HeadRequests, IdleBodies
from tellapart.api.parameters import check_parameters
from tellapart.api.problems import handlers
from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.routes import classic, classic_training, health, jobs, session, workspace
from tellapart.api.routes.data import (
    dataset_versions,
    images,
    imports,
    insights,
    issues,
    quarantine,
)
from tellapart.api.routes.models import heat_maps, model_reports, model_versions
from tellapart.api.routes.serving import loadtests, monitoring, prediction_log, predictions
from tellapart.api.routes.training import pseudo_labels, review, trainings
from tellapart.api.routes.training.review import CLIENT_HEADER
from tellapart.api.services import Services
from tellapart.logs import configure_logs
from tellapart.settings import Settings
from tellapart.version import VERSION


def create_app(settings: Settings | None = None) -> FastAPI:
    """The app over one workspace, which is opened when the server starts."""
    configure_logs("info")
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.services = await run_in_threadpool(Services.open, chosen)
        yield
        await run_in_threadpool(app.state.services.close)

    app = FastAPI(
        title="Tellapart",
        version=VERSION,
        summary="An image classifier that is served, watched and improved.",
        lifespan=lifespan,
        routes=_routes(),
        # Also for what is added to the app itself.
        dependencies=[Depends(check_access)],
        docs_url=None,
        redoc_url=None,
    )
    handlers.install(app)
    _add_middleware(app, chosen)
    openapi.install(app)
    docs.install(app)
    page.install(app)
    return app


@cache
def _routes() -> list[BaseRoute]:
    """Those of the API. FastAPI prepares each at its first request, once for all apps."""
    router = APIRouter(dependencies=[Depends(check_access), Depends(check_parameters)])
    for routes in (
        health, session, workspace, predictions, insights, images, issues, dataset_versions,
        imports, quarantine, jobs, trainings, model_versions, model_reports, heat_maps,
        prediction_log, monitoring, loadtests, classic,
        classic_training, pseudo_labels, review,
    ):  # fmt: skip
        # Any of them may find the database lost.
        router.include_router(routes.router, responses=PROBLEMS[503])
    return router.routes


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """The last that is added is the first that sees a request."""
    if not settings.needs_key:  # it answers before anybody asks for a key
        app.add_middleware(FreshAnswers)
    app.add_middleware(IdleBodies, idle_s=settings.upload_idle_s)
    app.add_middleware(HeadRequests)
    if settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.allowed_origins,
            allow_methods=["GET", "POST", "PATCH", "PUT", "DELETE"],
            allow_headers=["Authorization", "If-None-Match", "Last-Event-ID", CLIENT_HEADER],
            expose_headers=["Content-Disposition", "ETag", "Retry-After", "WWW-Authenticate"],
            allow_private_network=True,
        )
    app.add_middleware(OriginCheck, settings=settings)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestMetrics)
