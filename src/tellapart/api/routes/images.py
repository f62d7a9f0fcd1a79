"""Pictures of the data set."""

from typing import Annotated, Literal, cast

from fastapi import APIRouter, Query, Response

from tellapart.api.problems import PROBLEMS
from tellapart.api.schemas.images import ImageItem, ImagePage
from tellapart.api.services import ServicesDep
from tellapart.dataset.pictures import Picture, find_picture, list_pictures
from tellapart.images.thumbnails import media_type
from tellapart.store.tables import LabelOrigin, Split

router = APIRouter(prefix="/api/images", tags=["data"])

Size = Literal["thumb", "full"]
_FOREVER = "public, max-age=31536000, immutable"


def file_address(image_id: int, size: Size) -> str:
    """Where the bytes of a picture are served."""
    return f"/api/images/{image_id}/file?size={size}"


@router.get("", responses=PROBLEMS[422])
def list_images(
    services: ServicesDep,
    label: str | None = None,
    split: Split | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 60,
    cursor: str | None = None,
) -> ImagePage:
    """Pictures of the current data set version, oldest first, by class and split."""
    with services.storage.database.reading() as session:
        page = list_pictures(session, label=label, split=split, limit=limit, cursor=cursor)
    return ImagePage(items=[_item(found) for found in page.items], next_cursor=page.next_cursor)


@router.get("/{image_id}", responses=PROBLEMS[404, 422])
def get_image(image_id: int, services: ServicesDep) -> ImageItem:
    """One picture."""
    with services.storage.database.reading() as session:
        return _item(find_picture(session, image_id))


@router.get(
    "/{image_id}/file",
    response_class=Response,
    responses={200: {"content": {"image/*": {}}}, **PROBLEMS[404, 422]},
)
def get_image_file(image_id: int, services: ServicesDep, size: Size = "full") -> Response:
    """The bytes of a picture, as they came, or its thumbnail."""
    with services.storage.database.reading() as session:
        image = find_picture(session, image_id).image
    if size == "thumb":
        data = services.storage.blobs.read(image.thumbnail_hash)
        kind = media_type(data)
    else:
        data = services.storage.blobs.read(image.content_hash)
        kind = f"image/{image.format.lower()}"
    headers = {"Cache-Control": _FOREVER, "X-Content-Type-Options": "nosniff"}
    return Response(data, media_type=kind, headers=headers)


def _item(found: Picture) -> ImageItem:
    image = found.image
    return ImageItem(
        id=image.id,
        label=found.label,
        split=cast("Split | None", found.entry.split),
        origin=cast("LabelOrigin", found.entry.origin),
        original_name=image.original_name,
        format=image.format,
        width=image.width_px,
        height=image.height_px,
        size_bytes=image.size_bytes,
        content_hash=image.content_hash,
        created_at=image.created_at,
        thumbnail=file_address(image.id, "thumb"),
        file=file_address(image.id, "full"),
    )
