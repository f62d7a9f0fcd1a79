"""The server: one process for the API and the page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.concurrency import run_in_threadpool

from tellapart.api import errors, openapi, page
from tellapart.api.routes import (
    health,
    images,
    imports,
    insights,
    jobs,
    models,
    predictions,
    workspace,
)
from tellapart.api.schemas.jobs import ImportResult, JobEvent
from tellapart.api.schemas.problems import Problem
from tellapart.api.services import Services
from tellapart.logs import configure_logs
from tellapart.settings import Settings
from tellapart.version import VERSION

# Problems are answered by the error handlers, events are streamed, results are inside of jobs.
_UNNAMED_SCHEMAS: tuple[type[BaseModel], ...] = (Problem, JobEvent, ImportResult)


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
    )
    errors.install(app)
    for routes in (health, workspace, predictions, insights, images, imports, jobs, models):
        app.include_router(routes.router)
    openapi.install(app)
    page.install(app)
    app.openapi = partial(_openapi, app)  # type: ignore[method-assign] # FastAPI's own way
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The document of the API, with the schemas that no route names as its answer."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes
        )
        _, extra = models_json_schema(
            [(model, "serialization") for model in _UNNAMED_SCHEMAS],
            ref_template="#/components/schemas/{model}",
        )
        document["components"]["schemas"] |= extra["$defs"]
        app.openapi_schema = document
    return app.openapi_schema
