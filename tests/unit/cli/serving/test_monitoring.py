from pathlib import Path

import pytest

from tellapart.monitoring.prediction_log import PredictionLog
from tellapart.settings import Settings
from tellapart.store.storage import open_storage
from tests.support.command_lines import Run, assert_failed
from tests.support.predictions import answered, prediction_id, write
from tests.support.servers.http_server import EmptyAnswers, serving
from tests.support.servers.server import free_port

FIRST = prediction_id(1)


@pytest.fixture
def logged(three: None) -> None:
    """A prediction in the log."""
    storage = open_storage(Settings())
    write(PredictionLog(storage.database, Settings()), answered(label="red", prediction_id=FIRST))
    storage.close()


def test_feedback(run: Run, logged: None) -> None:
    said = run("feedback", FIRST, "--label", "blue", "--json").json
    assert (said["label"], said["correct"], said["predicted_label"]) == ("blue", False, "red")
    assert "wrong, it is blue" in run("feedback", FIRST, "--label", "blue").out
    assert "right" in run("feedback", FIRST, "--correct").out


def test_bad_feedback(run: Run, logged: None) -> None:
    assert_failed(run("feedback", FIRST), 1, "neither")
    assert_failed(run("feedback", FIRST, "--label", "red", "--correct"), 1, "both")
    assert_failed(run("feedback", FIRST, "--label", "cow"), 1, "red, green, blue")
    assert_failed(run("feedback", "nonsense", "--correct"), 1, "nonsense")


def test_a_load_test(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    options = ("--scenario", "predict", "--users", "1", "--duration", "2s", "--report", report)
    with serving(EmptyAnswers) as address:
        done = run("loadtest", "--url", address, *options, "--json")
    assert done.code == 0, done.err
    assert done.json["total"]["requests"] > 0
    assert done.json["url"] == address
    assert "<html" in report.read_text()


def test_load_tests_that_are_refused(run: Run) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    assert_failed(run("loadtest", "--url", dead), 1, "No Tellapart server answers", dead)
    assert_failed(run("loadtest", "--url", "http://example.org"), 1, "--any-host")
    with serving(EmptyAnswers) as address:
        assert_failed(run("loadtest", "--url", address, "--duration", "soon"), 1, "soon")
        assert_failed(run("loadtest", "--url", address, "--duration", "2h"), 1, "to 1 hour")
    assert run("loadtest", "--users", "0").code == 2
