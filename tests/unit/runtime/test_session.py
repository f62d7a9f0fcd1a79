import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from tellapart.errors import ModelUnreadable
from tellapart.runtime.session import InferenceSession


def brightness_model() -> bytes:
    """A model that says how bright each channel of an image is."""
    nodes = [
        helper.make_node("Cast", ["images"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["floats"], ["mean"], axes=[1, 2], keepdims=0),
        helper.make_node("Neg", ["mean"], ["darkness"]),
    ]
    graph = helper.make_graph(
        nodes,
        "brightness",
        [helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", 4, 6, 3])],
        [
            helper.make_tensor_value_info("mean", TensorProto.FLOAT, ["N", 3]),
            helper.make_tensor_value_info("darkness", TensorProto.FLOAT, ["N", 3]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    helper.set_model_props(model, {"made_by": "a test", "class_names": '["ä"]'})
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString()
    return data


def test_what_onnx_runtime_could_send_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    off: list[bool] = []
    monkeypatch.setattr("onnxruntime.disable_telemetry_events", lambda: off.append(True))
    InferenceSession(brightness_model())
    assert off


def test_onnx_runtime_is_not_loaded_before_a_session() -> None:
    program = (
        "import sys, tellapart.cli.app, tellapart.api.app; sys.exit('onnxruntime' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_it_runs_bytes_and_files_alike(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(brightness_model())
    images = np.random.default_rng(0).integers(0, 256, (5, 4, 6, 3), dtype=np.uint8)
    for session in (InferenceSession(path), InferenceSession(brightness_model(), threads=2)):
        answer = session.run(images)
        assert np.allclose(answer["mean"], images.mean(axis=(1, 2)), atol=1e-3)
        assert np.allclose(answer["darkness"], -answer["mean"])
        assert answer["mean"].dtype == np.float32


def test_it_tells_shapes_and_metadata() -> None:
    session = InferenceSession(brightness_model())
    assert session.input_shape == (None, 4, 6, 3)
    assert session.output_shapes == {"mean": (None, 3), "darkness": (None, 3)}
    assert session.metadata == {"made_by": "a test", "class_names": '["ä"]'}


def test_threads_may_share_a_session() -> None:
    session = InferenceSession(brightness_model())

    def mean_of(value: int) -> float:
        return float(session.run(np.full((1, 4, 6, 3), value, np.uint8))["mean"][0, 0])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(mean_of, range(200))) == list(range(200))


@pytest.mark.parametrize(
    "data", [b"", b"not a model", brightness_model()[:80], brightness_model()[:-40]]
)
def test_damaged_bytes_are_refused_in_words_and_in_silence(
    data: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ModelUnreadable, match="cannot be opened as ONNX"):
        InferenceSession(data)
    assert capfd.readouterr() == ("", "")


def test_a_missing_file_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ModelUnreadable, match=r"gone\.onnx"):
        InferenceSession(tmp_path / "gone.onnx")
