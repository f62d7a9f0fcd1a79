"""Where a version looks in an image of the data set."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.services import ServicesDep
from tellapart.dataset.entries import find_entry

router = APIRouter(prefix="/api/models", tags=["models"])

# The same version says the same of the same image.
_FOREVER = "public, max-age=31536000, immutable"


@router.get(
    "/{version}/heat-map/{image_id}",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, **PROBLEMS[404, 409, 422]},
)
def get_heat_map(
    version: Annotated[int, Path(ge=1)],
    image_id: int,
    services: ServicesDep,
    label: Annotated[
        str | None,
        Query(max_length=400, description="Look for this class, not for the likeliest."),
    ] = None,
) -> Response:
    """The places that support a class, as a PNG with transparency to lay over the image."""
    with services.storage.database.reading() as session:
        blob = find_entry(session, image_id).image.content_hash
    image = services.heat_maps.draw(version, services.storage.blobs.read(blob), label)
    headers = {"Cache-Control": _FOREVER, "X-Content-Type-Options": "nosniff"}
    return Response(image, media_type="image/png", headers=headers)
