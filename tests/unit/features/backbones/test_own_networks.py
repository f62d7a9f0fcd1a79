from pathlib import Path

from tellapart.features.backbones.own_networks import backbone_address, backbones_in


def test_networks_in_a_folder_have_the_names_of_their_files(tmp_path: Path) -> None:
    assert backbones_in(tmp_path / "missing") == []
    for name in ("own.onnx", "MobileNetV2.onnx", "efficientnet-lite0.onnx", "own.txt"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "folder.onnx").mkdir()
    assert backbones_in(tmp_path) == ["own"]
    assert backbone_address("own", tmp_path) == f"onnx:{tmp_path / 'own.onnx'}"
    for other in ("MobileNetV2", "own.onnx", "onnx:/data/own.onnx"):
        assert backbone_address(other, tmp_path) == other
