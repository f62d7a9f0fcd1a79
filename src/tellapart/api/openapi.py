"""The OpenAPI document, with the shapes that no route names as its answer."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from tellapart.api.schemas.jobs import JobEvent
from tellapart.api.schemas.problems import Problem
from tellapart.jobs.contracts import TrainOptions

_REFERENCE = "#/components/schemas/{model}"
# Problems are answered by the error handlers, events are streamed.
_UNNAMED: tuple[type[BaseModel], ...] = (Problem, JobEvent)
# Bodies that a route reads within a limit, or in one of several forms.
_UNNAMED_BODIES: tuple[type[BaseModel], ...] = (TrainOptions,)


def install(app: FastAPI) -> None:
    """Name in the document what no route answers with directly, so that clients have its types."""
    generate = app.openapi

    def document() -> dict[str, Any]:
        found = generate()
        _, extra = models_json_schema(
            [
                *((model, "serialization") for model in _UNNAMED),
                *((model, "validation") for model in _UNNAMED_BODIES),
            ],
            ref_template=_REFERENCE,
        )
        found["components"]["schemas"].update(extra["$defs"])
        return found

    app.openapi = document  # type: ignore[method-assign]
