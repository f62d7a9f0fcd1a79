import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from pathlib import Path
from tellapart.package.export import check_onnx_parity, export_onnx
from tellapart.package.format import ModelPackage
from tellapart.training.selection import train
from tellapart.training.options import TrainingContext, TrainingOptions
from tellapart.store.database import Database
from tests.support.models.training_sets import Recorder, textures

folder, cache = map(Path, sys.argv[1:])
images = textures({"train": 4, "validation": 2, "test": 2})
database = Database(f"sqlite:///{folder / 'models.db'}")
context = TrainingContext(database, cache, max_pixels=10_000, scratch_max_px=64)
model = train("probe", images, TrainingOptions(), context, Recorder())
package = ModelPackage(model.spec, model.class_names, "probe", model.backbone, 1.0, 0.5)
check_onnx_parity(export_onnx(model, package), model, images, max_pixels=10_000)
database.close()
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_the_probe_path_never_loads_tensorflow_or_keras(tmp_path: Path, run_folder: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), str(run_folder / "backbones")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"onnxruntime", "onnx"} <= loaded
    assert not {"tensorflow", "keras", "torch", "jax", "tf2onnx", "sklearn", "scipy"} & loaded
