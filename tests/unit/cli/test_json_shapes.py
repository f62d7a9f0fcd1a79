"""With `--json` a command prints what HTTP answers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tellapart.api.app import create_app
from tellapart.settings import Settings
from tellapart.workspace import Workspace
from tests.support.command_lines import Run
from tests.support.images.builders import class_files, jpeg_bytes, make_folder
from tests.support.servers.server import wait_until

Command = Callable[..., Any]


@pytest.fixture(scope="module")
def folder(
    trained_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    copy_workspace: Callable[[Path, Path], Path],
) -> Path:
    """A workspace with two model versions and two versions of the data set."""
    made = copy_workspace(trained_folder, tmp_path_factory.mktemp("json") / "workspace")
    with Workspace(made) as workspace:
        workspace.train(recipe="probe", seed=1, promote="never")
        image_ids = next(iter(workspace.insights().samples.values()))
        workspace.change_images(image_ids[:1], excluded=True)
    return made


@pytest.fixture(scope="module")
def http(folder: Path) -> Iterator[TestClient]:
    settings = Settings(workspace=folder, job_poll_s=3600, reload_interval_s=0.1)
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.fixture
def command(run: Run, folder: Path) -> Command:
    """What a command prints as JSON."""
    return lambda *arguments: run("--json", "-w", folder, *arguments).json


def get(http: TestClient, address: str) -> Any:
    answer = http.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        ("insights", "/api/data-insights"),
        ("models list", "/api/models"),
        ("models show 1", "/api/models/1"),
        ("models compare 1 2", "/api/models/1/compare/2"),
        (
            "models mistakes 2 --label owls --predicted owls --limit 1",
            "/api/models/2/mistakes?label=owls&predicted=owls&limit=1",
        ),
        ("versions list", "/api/dataset-versions"),
        ("versions diff 1 2", "/api/dataset-versions/1/diff/2"),
        ("jobs list", "/api/jobs"),
    ],
)
def test_a_command_prints_what_http_answers(
    command: Command, http: TestClient, arguments: str, address: str
) -> None:
    answer = get(http, address)
    assert command(*arguments.split()) == answer
    assert answer.get("items") != []


def test_a_job(command: Command, http: TestClient) -> None:
    for job in get(http, "/api/jobs")["items"]:
        address = f"/api/jobs/{job['id']}"
        assert command("jobs", "show", job["id"]) == get(http, address)
        assert command("jobs", "cancel", job["id"]) == get(http, address)


def test_what_a_job_came_to(command: Command, http: TestClient, tmp_path: Path) -> None:
    images = make_folder(tmp_path / "more", class_files({"owls": 2}, first_seed=900))
    for arguments in (("import", images), ("train", "--recipe", "probe", "--promote", "never")):
        printed = command(*arguments)
        assert printed == get(http, "/api/jobs")["items"][0]["result"]


def test_an_evaluation_has_the_names_and_figures_of_the_report(
    command: Command, http: TestClient
) -> None:
    found = command("evaluate", "2")
    report = get(http, "/api/models/2/report")
    assert found["version"] == 2
    assert found.keys() < report.keys()
    assert found["class_names"] == report["class_names"]
    assert found["metrics"].keys() == report["metrics"].keys()
    assert found["per_class"][0].keys() == report["per_class"][0].keys()


def test_a_prediction(command: Command, http: TestClient, tmp_path: Path) -> None:
    image = tmp_path / "owl.jpg"
    image.write_bytes(jpeg_bytes(seed=777, look="owls"))
    answer = http.post("/api/predict?top=3", files={"file": image.read_bytes()}).json()
    assert _lasting(command("predict", image)) == _lasting(answer)


def test_predictions(command: Command, run: Run, http: TestClient, folder: Path) -> None:
    images = folder.parent / "images"
    images.mkdir()
    (images / "bad.jpg").write_bytes(b"text")
    (images / "owl.jpg").write_bytes(jpeg_bytes(seed=777, look="owls"))
    files = [("files", (str(path), path.read_bytes())) for path in sorted(images.iterdir())]
    answer = http.post("/api/predict/batch?top=3", files=files).json()
    printed = run("--json", "-w", folder, "predict", images)
    assert printed.code == 1
    assert printed.json.keys() == answer.keys()
    for mine, theirs in zip(printed.json["items"], answer["items"], strict=True):
        assert _lasting_entry(mine) == _lasting_entry(theirs)


def test_feedback(command: Command, http: TestClient) -> None:
    image = jpeg_bytes(seed=778, look="owls")
    prediction_id = http.post("/api/predict", files={"file": image}).json()["prediction_id"]
    http.post(f"/api/predictions/{prediction_id}/feedback", json={"correct": True})
    printed = command("feedback", prediction_id, "--label", "cats")
    logged = get(http, "/api/predictions")["items"]
    shown = next(each for each in logged if each["prediction_id"] == prediction_id)
    assert printed == shown["feedback"]


def test_a_restored_version(command: Command, http: TestClient) -> None:
    printed = command("versions", "restore", "1")
    assert printed == get(http, f"/api/dataset-versions/{printed['id']}")


def test_a_promotion(command: Command, http: TestClient) -> None:
    def answers(version: int) -> None:
        wait_until(lambda: get(http, "/readyz")["model_version"] == version, f"{version} answers")

    assert command("models", "promote", "2") == get(http, "/api/promotions")["items"][0]
    answers(2)
    assert command("models", "rollback") == get(http, "/api/promotions")["items"][0]
    answers(1)


def test_keys_are_a_list_like_the_others(run: Run, tmp_path: Path) -> None:
    empty = run("--json", "-w", tmp_path / "new", "keys", "list").json
    assert empty == {"items": [], "next_cursor": None}


def _lasting(prediction: dict[str, Any]) -> dict[str, Any]:
    """A prediction without what is of one answer alone: its id and its times."""
    assert len(prediction["prediction_id"]) == 32
    assert prediction["timing_ms"].keys() == {"decode", "queue", "inference", "total"}
    own = ("prediction_id", "timing_ms")
    return {name: value for name, value in prediction.items() if name not in own}


def _lasting_entry(entry: dict[str, Any]) -> dict[str, Any]:
    found = entry["prediction"]
    return {**entry, "prediction": None if found is None else _lasting(found)}
