"""A training takes the backbone of the version in service, where none is asked for."""

from tellapart.features.backbones.catalogue import load_backbone
from tellapart.features.backbones.own_networks import backbone_address
from tellapart.jobs.contracts import BUILT_IN_BACKBONE
from tellapart.registry.versions import ModelRegistry
from tellapart.store.storage import Storage
from tellapart.workflows.training.keep_backbone import keep_backbone
from tests.support.models.networks import extractor
from tests.support.models.packages import register_colour_model
from tests.support.models.training_sets import Recorder


def test_that_of_the_version_in_service_is_kept_while_it_can_be_used(storage: Storage) -> None:
    storage.backbones.mkdir()
    file = storage.backbones / "own.onnx"
    (storage.backbones / "broken.onnx").write_bytes(b"")
    file.write_bytes(extractor().SerializeToString())
    address = backbone_address("own", storage.backbones)
    backbone = load_backbone(address, storage.settings.backbone_cache)
    registry, log = ModelRegistry(storage.database), Recorder()

    assert keep_backbone(storage, registry, "auto", log) == BUILT_IN_BACKBONE
    register_colour_model(storage, backbone=backbone.name)
    registry.promote(1, "a test")
    assert keep_backbone(storage, registry, "scratch", log) == BUILT_IN_BACKBONE
    assert log.messages == []
    assert keep_backbone(storage, registry, "auto", log) == backbone.name
    assert log.messages == [
        f"The backbone is {backbone.name}, as for version 1, which is in service"
    ]
    assert keep_backbone(storage, registry, "finetune", log) == BUILT_IN_BACKBONE
    assert "cannot be trained" in log.messages[-1]
    backbone.model_path.unlink()
    assert keep_backbone(storage, registry, "probe", log) == backbone.name, "as when restored"
    backbone.model_path.unlink()
    file.unlink()
    assert keep_backbone(storage, registry, "probe", log) == BUILT_IN_BACKBONE
    assert "cannot be used for this training. There is no file" in log.messages[-1]
