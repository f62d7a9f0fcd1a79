"""What an import of folders would bring, told before any image of them is sent."""

from fastapi import APIRouter

from tellapart.api.problems import PROBLEMS
from tellapart.api.schemas.imports import FolderCounts, ImportPreview
from tellapart.api.services import ServicesDep
from tellapart.api.uploads.bodies import LargeBodyRoute
from tellapart.intake.preview import preview_folders

router = APIRouter(prefix="/api/import-previews", tags=["data"], route_class=LargeBodyRoute)


@router.post("", responses=PROBLEMS[413, 422])
def preview_import(counts: FolderCounts, services: ServicesDep) -> ImportPreview:
    """Which classes and splits folders would become, by the layouts of a ZIP; nothing is kept."""
    longest = services.storage.settings.max_class_name_length
    found = preview_folders(counts.folders, max_class_name_length=longest)
    return ImportPreview.model_validate(found)
