"""Prepare images as for the version in service, where its way was chosen and none is asked for."""

from dataclasses import dataclass, replace

from tellapart.images.preprocessing import ResizeMode
from tellapart.jobs.progress import ProgressReporter
from tellapart.registry.versions import ModelRegistry
from tellapart.training.options import BY_SHAPES, TrainingOptions


@dataclass(frozen=True)
class ChosenWay:
    """How the images of a version are prepared, which somebody or a comparison chose."""

    version: int
    backbone: str | None
    mode: ResizeMode

    def serves(self, recipe: str, backbone: str) -> bool:
        """Whether a training should keep to it.

        `auto` compares again, and another backbone may want another way.
        """
        if recipe == "auto":
            return False
        return recipe == "scratch" or self.backbone in (None, backbone)


def way_in_service(registry: ModelRegistry) -> ChosenWay | None:
    """That of the champion; None where it follows from the shapes of the images."""
    row = registry.in_service()
    if row is None:
        return None
    mode, by = row.parameters.get("resize_mode"), row.parameters.get("resize_mode_by", BY_SHAPES)
    if mode is None or by == BY_SHAPES:
        return None
    return ChosenWay(row.version, row.backbone, mode)


def keep_resize_mode(
    options: TrainingOptions, registry: ModelRegistry, reporter: ProgressReporter
) -> TrainingOptions:
    """The options, with the way of the champion where no other is asked for."""
    if options.resize_mode is not None:
        return options
    way = way_in_service(registry)
    if way is None or not way.serves(options.recipe, options.backbone):
        return options
    reporter.log(
        f"Pictures are prepared by {way.mode}, as for version {way.version}, which is in service"
    )
    return replace(options, resize_mode=way.mode, resize_mode_by=f"version {way.version}")
