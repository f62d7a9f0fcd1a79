"""Is the process alive, is it ready, and what does it count."""

from typing import Literal

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field

from tellapart.api.metrics import render_metrics
from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.services import ServicesDep

router = APIRouter(tags=["health"])

_Status = Literal["ready", "degraded"]


class Liveness(BaseModel):
    """The process answers."""

    status: Literal["alive"]


class Readiness(BaseModel):
    """A model is loaded and warm."""

    status: _Status = Field(
        description="Degraded: the champion cannot be loaded, and another version answers."
    )
    model_version: int
    problem: str | None = Field(None, description="Why it is degraded, and what to do.")


@router.get("/livez")
async def livez() -> Liveness:
    """The process is alive."""
    return Liveness(status="alive")


@router.get("/readyz", responses=PROBLEMS[503])
async def readyz(services: ServicesDep) -> Readiness:
    """Ready once the champion, or in its place an earlier one, is loaded and has answered once."""
    version, problem = services.champion.require_ready(), services.champion.problem
    status: _Status = "degraded" if problem else "ready"
    return Readiness(status=status, model_version=version, problem=problem)


@router.get("/metrics", response_class=Response)
def metrics(services: ServicesDep) -> Response:
    """Figures for Prometheus, of all processes of this server."""
    return Response(render_metrics(services.jobs), media_type=CONTENT_TYPE_LATEST)
