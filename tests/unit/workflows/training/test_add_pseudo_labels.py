"""Pseudo-labels from the answer of a model to the entry, the training and back."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tellapart.dataset.edits import Edit, edit_images
from tellapart.dataset.entries import ImageFilter, list_entries
from tellapart.dataset.versions import current_states, latest_version
from tellapart.errors import JobError
from tellapart.jobs.progress import NullReporter
from tellapart.labeling.proposals import read_pseudo_labels, read_selection, unlabeled_images
from tellapart.registry.versions import ModelRegistry
from tellapart.settings import Settings
from tellapart.store.storage import Storage
from tellapart.workflows.training.add_pseudo_labels import add_pseudo_labels, take_back
from tellapart.workflows.training.load_training_set import load_training_set
from tellapart.workflows.training.propose_labels import ask_champion
from tellapart.workspace import Workspace
from tests.support.images.builders import jpeg_bytes, make_folder
from tests.support.models.packages import colour_image, register_colour_model


class JobReporter(NullReporter):
    job_id = "abc"


REPORTER = JobReporter()


@pytest.fixture
def colours(storage: Storage, tmp_path: Path) -> Storage:
    """Two colours with labels, ten images without, and a champion that knows colours."""
    with Workspace(settings=storage.settings) as workspace:
        known = {
            f"{name}/{side}.png": colour_image(name, side)
            for name in ("red", "blue")
            for side in range(20, 26)
        }
        workspace.import_images(make_folder(tmp_path / "known", known))
        new = {f"r{side}.png": colour_image("red", side) for side in range(30, 36)}
        new |= {f"b{side}.png": colour_image("blue", side) for side in range(30, 32)}
        new |= {"grey.png": colour_image("grey", 30), "white.png": colour_image("white", 30)}
        workspace.import_images(make_folder(tmp_path / "new", new), unlabeled=True)
    registry = ModelRegistry(storage.database)
    version = register_colour_model(storage, confidence_threshold=0.8, strange_from=0.3)
    registry.promote(version, "test")
    return storage


def unlabeled(storage: Storage) -> int:
    with storage.database.reading() as session:
        return len(unlabeled_images(session))


def test_they_are_in_training_alone_with_the_version_that_said_them(colours: Storage) -> None:
    found = add_pseudo_labels(colours, None, REPORTER)
    # Of eight that can be believed, half may be of either class.
    assert found.used == {"blue": 2, "red": 4}
    assert found.left == {"red": 4}
    assert found.reasons == {"unlike_training_data": 2, "class_share": 2}
    with colours.database.reading() as session:
        entries = list_entries(session, ImageFilter(origin="pseudo")).items
        assert {(each.entry.split, each.entry.model_version) for each in entries} == {("train", 1)}
        assert len(entries) == 6
        version = latest_version(session)
    assert version is not None
    assert version.summary["pseudo_labels"] == {"red": 4, "blue": 2}
    number, data = load_training_set(colours)
    assert number == found.dataset_version
    assert len(data.pseudo) == 6
    assert sum(len(each) for each in data.splits.values()) == 12
    names = [data.class_names[label] for label in data.pseudo.y]
    assert sorted(names) == ["blue"] * 2 + ["red"] * 4


def test_a_training_that_is_run_again_finds_what_it_has_written(colours: Storage) -> None:
    first = add_pseudo_labels(colours, None, REPORTER)
    again = add_pseudo_labels(colours, None, REPORTER)
    assert (again.dataset_version, again.used) == (first.dataset_version, first.used)
    take_back(colours, again)
    assert unlabeled(colours) == 10
    third = add_pseudo_labels(colours, None, REPORTER)
    assert third.used == first.used
    assert third.dataset_version != first.dataset_version


def test_a_label_of_a_person_replaces_one(colours: Storage) -> None:
    found = add_pseudo_labels(colours, None, REPORTER)
    with colours.database.writing() as session:
        entries = list_entries(session, ImageFilter(origin="pseudo")).items
        right, wrong = entries[0].image.id, entries[1].image.id
        edit_images(session, [right], Edit(label="blue"), colours.settings, author="")
        edit_images(session, [wrong], Edit(label="red"), colours.settings, author="")
    with colours.database.reading() as session:
        states = current_states(session, [right, wrong])
        judged = read_pseudo_labels(session)
    assert {(each.origin, each.split, each.model_version) for each in states.values()} == {
        ("human", "train", None)
    }
    assert (judged.judged, judged.right) == (2, 1)
    assert judged.counts == {"red": 4}
    take_back(colours, found)
    with colours.database.reading() as session:
        assert current_states(session, [right])[right].label == "blue"
        assert read_pseudo_labels(session).counts == {}


def test_an_import_with_a_class_replaces_one_in_train(colours: Storage, tmp_path: Path) -> None:
    add_pseudo_labels(colours, None, REPORTER)
    files = {f"crimson/{side}.png": colour_image("red", side) for side in range(30, 36)}
    with Workspace(settings=colours.settings) as workspace:
        outcome = workspace.import_images(make_folder(tmp_path / "more", files))
    assert (outcome.labeled, outcome.conflicts) == (6, 0)
    with colours.database.reading() as session:
        entries = list_entries(session, ImageFilter(label="crimson")).items
        assert read_pseudo_labels(session).counts == {"blue": 2}
    assert {(each.entry.origin, each.entry.model_version) for each in entries} == {("given", None)}
    splits = [each.entry.split for each in entries]
    assert splits.count("train") >= 4


def test_what_a_champion_has_said_is_kept_until_the_next_one(colours: Storage) -> None:
    assert ask_champion(colours, None, REPORTER) == (1, 10)
    assert ask_champion(colours, None, REPORTER) == (1, 0)
    registry = ModelRegistry(colours.database)
    registry.promote(register_colour_model(colours, confidence_threshold=1.0), "test")
    assert ask_champion(colours, None, REPORTER) == (2, 10)
    with colours.database.reading() as session:
        proposals, selection = read_selection(session, 2)
        assert read_selection(session, 1)[0] == []
    assert len(proposals) == 10
    assert set(selection.decisions.values()) == {"low_confidence"}


def test_near_duplicates_of_test_images_are_left(
    trained_settings: Settings, tmp_path: Path
) -> None:
    with Workspace(settings=trained_settings) as workspace:
        with workspace.storage.database.reading() as session:
            tests = list_entries(session, ImageFilter(label="cats", split="test")).items
        data = workspace.image(tests[0].image.id)
        # The same image in another file.
        files = {"copy.jpg": data + b"\0", "other.jpg": jpeg_bytes(seed=700, look="cats")}
        workspace.import_images(make_folder(tmp_path / "new", files), unlabeled=True)
        version, asked = ask_champion(workspace.storage, None, REPORTER)
        with workspace.storage.database.reading() as session:
            proposals, selection = read_selection(session, version)
    assert asked == 2
    held_out = [each.image_id for each in proposals if each.held_out]
    assert len(held_out) == 1
    assert selection.decisions[held_out[0]] in ("like_test_image", "low_confidence")


@pytest.fixture
def trained(trained_settings: Settings, tmp_path: Path) -> Iterator[Workspace]:
    """A real champion of cats, dogs and owls, and four images of each without a class."""
    files = {
        f"{look}{seed}.jpg": jpeg_bytes(seed=seed, look=look)
        for look in ("cats", "dogs", "owls")
        for seed in range(800, 804)
    }
    with Workspace(settings=trained_settings) as workspace:
        workspace.import_images(make_folder(tmp_path / "new", files), unlabeled=True)
        yield workspace


def test_a_probe_learns_from_them(trained: Workspace) -> None:
    before = trained.storage.database
    outcome = trained.train(recipe="probe", promote="always", pseudo_labels=True)
    found = outcome.pseudo_labels
    assert found is not None
    assert found.kept is True
    assert sum(found.used.values()) + sum(found.left.values()) == 12
    assert sum(found.used.values()) > 0
    row = trained.registry.get(outcome.model_version).row
    assert row.parameters["pseudo_labels"] == sum(found.used.values())
    assert row.report["pseudo_labels"] == sum(found.used.values())
    assert row.dataset_version == found.dataset_version
    with before.reading() as session:
        assert read_pseudo_labels(session).counts == found.used


def test_they_are_taken_back_when_the_model_is_no_better(trained: Workspace) -> None:
    champion = trained.champion()
    with trained.storage.database.reading() as session:
        before = latest_version(session)
    outcome = trained.train(recipe="probe", pseudo_labels=True)
    found = outcome.pseudo_labels
    assert found is not None
    assert found.kept is outcome.promoted
    with trained.storage.database.reading() as session:
        after = latest_version(session)
    assert before is not None
    assert after is not None
    if not outcome.promoted:
        assert trained.champion() == champion
        assert after.content_id == before.content_id
        assert unlabeled(trained.storage) == 12


def test_they_are_taken_back_when_the_training_fails(
    trained: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr("tellapart.workflows.training.retrain_model.train_model", fail)
    with pytest.raises(JobError, match="Memory ran out"):
        trained.train(pseudo_labels=True)
    assert unlabeled(trained.storage) == 12


def test_pseudo_labels_weigh_less() -> None:
    from tellapart.training.probe.logistic_head import fit_head

    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 8)).astype(np.float32)
    y = np.arange(60) % 2
    x[:, 0] += 2 * y
    nothing = (x[:0], y[:0])
    plain = fit_head((x, y), nothing, report=lambda *_: None)
    ones = fit_head((x, y), nothing, report=lambda *_: None, weights=np.ones(60))
    np.testing.assert_allclose(ones.weights, plain.weights, atol=1e-4)
    # What is wrong does less harm the less it weighs.
    wrong = (np.concatenate([x, x]), np.concatenate([y, 1 - y]))
    weights = np.repeat([1.0, 0.2], 60)
    light = fit_head(wrong, nothing, report=lambda *_: None, weights=weights)
    heavy = fit_head(wrong, nothing, report=lambda *_: None)
    assert abs(light.weights).max() > 5 * abs(heavy.weights).max()
