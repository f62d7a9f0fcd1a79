"""Train on the backbone of the version in service, where none is asked for."""

from tellapart.errors import BackboneUnavailable, MissingDependency
from tellapart.features.backbones.catalogue import load_backbone
from tellapart.features.backbones.own_networks import backbone_address, backbones_in
from tellapart.jobs.contracts import BUILT_IN_BACKBONE, ONNX_SCHEME, RecipeChoice
from tellapart.jobs.progress import ProgressReporter
from tellapart.registry.versions import ModelRegistry
from tellapart.store.storage import Storage
from tellapart.training.finetune.trainable import check_can_learn


def keep_backbone(
    storage: Storage, registry: ModelRegistry, recipe: RecipeChoice, reporter: ProgressReporter
) -> str:
    """What `load_backbone` understands; the built-in one where that of the champion is gone."""
    champion = registry.in_service()
    name = None if champion is None else champion.backbone
    if champion is None or name in (None, BUILT_IN_BACKBONE) or recipe == "scratch":
        return BUILT_IN_BACKBONE
    reporter.stage("Preparing the backbone", None)
    why = ""
    for address in _addresses(name, storage):
        try:
            if recipe == "finetune":
                check_can_learn(address)
            found = load_backbone(address, storage.settings.backbone_cache)
        except (BackboneUnavailable, MissingDependency) as error:
            # Of other addresses it would tell paths of this machine, and a log is read elsewhere.
            why = str(error) if address == name else why
            continue
        if found.name == name:
            reporter.log(
                f"The backbone is {name}, as for version {champion.version}, which is in service"
            )
            # By now it is in the cache.
            return name if name.startswith(ONNX_SCHEME) else address
    reporter.log(
        f"The backbone is {BUILT_IN_BACKBONE}: {name}, that of version {champion.version} in "
        f"service, cannot be used for this training. {why}"
    )
    return BUILT_IN_BACKBONE


def _addresses(name: str, storage: Storage) -> list[str]:
    """Where it may be: in the cache, or, after that was emptied, among the operator's networks."""
    kind, _, file = name.partition(":")
    if not file:
        return [name]
    own = (backbone_address(each, storage.backbones) for each in backbones_in(storage.backbones))
    listed = [each for each in (*storage.settings.backbones, *own) if each.startswith(f"{kind}:")]
    # A network of Keras learns on only from the file of its weights.
    return [name, *listed] if name.startswith(ONNX_SCHEME) else [*listed, name]
