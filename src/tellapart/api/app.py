"""The server: one process for the API and the page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from tellapart.api import errors, openapi, page
from tellapart.api.fresh_answers import FreshAnswers
from tellapart.api.routes import (
    classic,
    dataset_versions,
    health,
    heat_maps,
    images,
    imports,
    insights,
    issues,
    jobs,
    model_reports,
    models,
    monitoring,
    prediction_log,
    predictions,
    quarantine,
    training,
    workspace,
)
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
    )
    errors.install(app)
    for routes in (
        health, workspace, predictions, insights, images, issues, dataset_versions, imports,
        quarantine, jobs, training, models, model_reports, heat_maps,
        prediction_log, monitoring, classic,
    ):  # fmt: skip
        app.include_router(routes.router)
    app.add_middleware(FreshAnswers)
    openapi.install(app)
    page.install(app)
    return app
