"""What import-linter cannot say: what a running server has loaded, and who opens what."""

import ast
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

import tellapart
from tellapart.registry.versions import ModelRegistry
from tellapart.settings import Settings
from tellapart.store.storage import Storage
from tests.support.models.packages import register_colour_model

SOURCE = Path(tellapart.__file__).parent
NOT_IN_A_SERVER = ("tensorflow", "keras", "sklearn", "onnx", "tf2onnx", "scipy", "alembic")
# These take long to load, or belong to an extra that may not be installed.
HEAVY = {
    *("alembic", "keras", "onnx", "sklearn", "tensorflow", "tf2onnx"),
    *("huggingface_hub", "jinja2", "kagglehub", "onnxruntime", "pyarrow", "threadpoolctl"),
    *("tqdm", "uvicorn"),
}
# Our own modules that stand for such a library: their import is the library's.
STANDS_FOR_HEAVY = {
    "tellapart.cli.app",
    "tellapart.features.backbones.efficientnet_lite0",
    "tellapart.features.backbones.feature_extractor",
    "tellapart.features.backbones.keras_applications",
    "tellapart.training.probe.recipe",
    "tellapart.training.finetune.recipe",
    "tellapart.training.scratch.recipe",
    "tellapart.settings",
    "tellapart.workspace",
}


@cache
def modules() -> Mapping[str, Sequence[ast.AST]]:
    """The nodes of each module, by its path."""
    return {
        str(path.relative_to(SOURCE)): list(ast.walk(ast.parse(path.read_text())))
        for path in sorted(SOURCE.rglob("*.py"))
        if "migrations" not in path.parts
    }


def imported(nodes: Iterable[ast.AST]) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_a_server_that_has_answered_has_loaded_no_training_library(
    storage: Storage, settings: Settings
) -> None:
    ModelRegistry(storage.database).promote(register_colour_model(storage), "")
    # `tellapart serve` runs in the process of the command, which imports every workflow.
    code = f"""
import io
import sys
import tellapart.cli.app
import tellapart.workspace
from fastapi.testclient import TestClient
from PIL import Image
from tellapart.api.app import create_app
from tellapart.settings import Settings

picture = io.BytesIO()
Image.new("RGB", (20, 20), "red").save(picture, "PNG")
with TestClient(create_app(Settings(workspace={str(settings.workspace)!r}))) as client:
    headers = {{"content-type": "image/png"}}
    answer = client.post("/api/predict", content=picture.getvalue(), headers=headers)
    assert answer.json()["label"] == "red", answer.text
    for path in ("data-insights", "models", "models/1/report", "jobs", "images", "workspace"):
        assert client.get("/api/" + path).status_code == 200, path
print([name for name in {NOT_IN_A_SERVER!r} if name in sys.modules])
"""
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    assert found.stdout.splitlines()[-1] == "[]"


def test_only_one_module_opens_images() -> None:
    opening = []
    for path, nodes in modules().items():
        for node in nodes:
            if isinstance(node, ast.Attribute) and node.attr == "open":
                owner = node.value
                if isinstance(owner, ast.Name) and owner.id in ("Image", "PIL"):
                    opening.append(path)
        if any(
            name.startswith("PIL.") and name.endswith("ImagePlugin") for name in imported(nodes)
        ):
            opening.append(path)
    assert set(opening) <= {"images/decode.py"}


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("onnxruntime", "runtime/session.py"),
        ("fastapi", "api/"),
        ("starlette", "api/"),
        ("uvicorn", ("cli/serving/serve.py", "api/http_protocol.py")),
        ("typer", "cli/"),
        (
            "sqlalchemy",
            (
                "store/",
                "access/",
                "dataset/",
                "registry/",
                "jobs/",
                "intake/",
                "quality/",
                "labeling/",
                "features/embeddings.py",
                "monitoring/",
                "reports/",
            ),
        ),
    ],
)
def test_who_imports_a_library(library: str, allowed: str | tuple[str, ...]) -> None:
    for path, nodes in modules().items():
        if any(name.partition(".")[0] == library for name in imported(nodes)):
            assert path.startswith(allowed), f"{path} imports {library}"


def test_imports_inside_of_functions_are_of_heavy_libraries() -> None:
    for path, nodes in modules().items():
        for function in nodes:
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for name in imported(ast.walk(function)):
                heavy = name.partition(".")[0] in HEAVY or name in STANDS_FOR_HEAVY
                assert heavy, f"{function.name} in {path} imports {name}"


def test_names_of_modules() -> None:
    vague = {"utils", "util", "helpers", "common", "manager", "base", "misc"}
    found = {Path(path).stem for path in modules()} | {
        part for path in modules() for part in Path(path).parts[:-1]
    }
    assert not found & vague
