"""Images of the data set."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Response

from tellapart.api.addresses import Size, file_address
from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.schemas.data.images import (
    ChangeResult,
    ImageChange,
    ImageDetail,
    ImageIds,
    ImageItem,
    ImagePage,
    ImagesChange,
    Issue,
)
from tellapart.api.services import Services, ServicesDep
from tellapart.api.uploads.bodies import LargeBodyRoute
from tellapart.dataset.edits import Edit, edit_images
from tellapart.dataset.entries import (
    DatasetImage,
    ImageFilter,
    find_entry,
    image_columns,
    list_entries,
    read_thumbnail,
)
from tellapart.dataset.issues import ListedIssue
from tellapart.dataset.versions import current_version, latest_version
from tellapart.images.display import displayable
from tellapart.images.thumbnails import media_type
from tellapart.quality.scores import scores_of
from tellapart.store.tables import IssueKind, LabelOrigin, Split

router = APIRouter(prefix="/api/images", tags=["data"], route_class=LargeBodyRoute)

_FOREVER = "public, max-age=31536000, immutable"
AUTHOR = "web"


def _filter(
    label: Annotated[str | None, Query(description="Of this class.")] = None,
    split: Split | None = None,
    issue: Annotated[IssueKind | None, Query(description="With this issue, open.")] = None,
    origin: LabelOrigin | None = None,
    q: Annotated[str | None, Query(max_length=200, description="In a name or a class.")] = None,
    unlabeled: Annotated[bool, Query(description="Only those without a class.")] = False,
    excluded: Annotated[bool, Query(description="Only those that are excluded.")] = False,
) -> ImageFilter:
    return ImageFilter(label, unlabeled, split, issue, origin, q, excluded)


FilterDep = Annotated[ImageFilter, Depends(_filter)]


@router.get("", responses=PROBLEMS[422])
def list_images(
    services: ServicesDep,
    chosen: FilterDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 60,
    cursor: str | None = None,
) -> ImagePage:
    """Images of the current data set version, oldest first."""
    with services.storage.database.reading() as session:
        page = list_entries(session, chosen, limit=limit, cursor=cursor)
    return ImagePage(items=[item_of(found) for found in page.items], next_cursor=page.next_cursor)


@router.get("/ids", responses=PROBLEMS[422])
def list_image_ids(services: ServicesDep, chosen: FilterDep) -> ImageIds:
    """All images that the filter finds, in the order of the list, without their details."""
    with services.storage.database.reading() as session:
        version = latest_version(session)
        found = image_columns(session, chosen)
    return ImageIds(
        dataset_version=None if version is None else version.id,
        class_names=found.class_names,
        ids=found.ids,
        classes=found.classes,
        splits=found.splits,
    )


@router.patch("", responses=PROBLEMS[404, 413, 422])
def change_images(services: ServicesDep, change: ImagesChange) -> ChangeResult:
    """Relabel, move, exclude many images at once, or say that an issue is none."""
    return _change(services, change.ids, change)


@router.get("/{image_id}", responses=PROBLEMS[404, 422])
def get_image(image_id: int, services: ServicesDep) -> ImageDetail:
    """One image."""
    with services.storage.database.reading() as session:
        found = find_entry(session, image_id)
        scores = scores_of(session, found.image)
    return ImageDetail(
        **dict(item_of(found)),
        scores=scores,
        brightness=found.image.brightness,
        contrast=found.image.contrast,
    )


@router.patch("/{image_id}", responses=PROBLEMS[404, 413, 422])
def change_image(image_id: int, services: ServicesDep, change: ImageChange) -> ChangeResult:
    """Relabel, move or exclude an image, or say that an issue is none."""
    return _change(services, [image_id], change)


@router.get(
    "/{image_id}/file",
    response_class=Response,
    responses={200: {"content": {"image/*": {}}}, **PROBLEMS[404, 422]},
)
def get_image_file(image_id: int, services: ServicesDep, size: Size = "full") -> Response:
    """The bytes of an image as they came (TIFF and PPM as PNG), or its thumbnail."""
    with services.storage.database.reading() as session:
        image = find_entry(session, image_id).image
    if size == "thumb":
        data = read_thumbnail(services.storage.blobs, image)
        kind = media_type(data)
    else:
        data, kind = displayable(
            services.storage.blobs.read(image.content_hash),
            image.format,
            max_pixels=services.storage.settings.max_image_pixels,
        )
    headers = {"Cache-Control": _FOREVER, "X-Content-Type-Options": "nosniff"}
    return Response(data, media_type=kind, headers=headers)


def item_of(found: DatasetImage) -> ImageItem:
    """An image as the API shows it."""
    image, entry = found.image, found.entry
    return ImageItem(
        id=image.id,
        label=found.label,
        split=cast("Split | None", entry.split),
        origin=cast("LabelOrigin", entry.origin),
        excluded=entry.excluded,
        original_name=image.original_name,
        format=image.format,
        width=image.width_px,
        height=image.height_px,
        size_bytes=image.size_bytes,
        exif_orientation=image.exif_orientation,
        content_hash=image.content_hash,
        created_at=image.created_at,
        issues=[issue_of(issue) for issue in found.issues],
        thumbnail=file_address(image.id, "thumb"),
        file=file_address(image.id, "full"),
    )


def issue_of(issue: ListedIssue) -> Issue:
    """An issue as the API shows it."""
    row = issue.row
    return Issue(
        kind=cast("IssueKind", row.kind),
        score=row.score,
        suggested_label=issue.suggested_label,
        group_id=row.group_id,
        kept=row.kept,
    )


def _change(services: Services, image_ids: list[int], change: ImageChange) -> ChangeResult:
    edit = Edit(
        change.label,
        change.split,
        change.excluded,
        change.keep,
        change.reopen,
        change.whole_groups,
    )
    settings = services.storage.settings
    with services.storage.database.writing() as session:
        changed, version = edit_images(
            session, image_ids, edit, settings, author=AUTHOR, reason=change.reason
        )
        current = current_version(session).id
    return ChangeResult(
        changed=changed,
        dataset_version=current,
        new_version=None if version is None else version.id,
    )
