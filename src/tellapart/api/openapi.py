"""The OpenAPI document, with the shapes that travel inside others: in events and in results."""

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from tellapart.api.schemas.jobs import ImportResult, JobEvent

_REFERENCE = "#/components/schemas/{model}"


def install(app: FastAPI) -> None:
    """Name in the document what no route answers with directly, so that clients have its types."""
    generate = app.openapi

    def document() -> dict[str, Any]:
        found = generate()
        _, extra = models_json_schema(
            [(JobEvent, "serialization"), (ImportResult, "serialization")], ref_template=_REFERENCE
        )
        found["components"]["schemas"].update(extra["$defs"])
        return found

    app.openapi = document  # type: ignore[method-assign]
