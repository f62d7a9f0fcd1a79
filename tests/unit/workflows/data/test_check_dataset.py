from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageEnhance
from sqlalchemy import select, update

from tellapart.dataset.entries import ImageFilter, list_entries, map_columns
from tellapart.dataset.issues import quality_summary
from tellapart.dataset.statistics import ImageState
from tellapart.dataset.versions import write_version
from tellapart.jobs.progress import NullReporter, ProgressReporter
from tellapart.quality.checks import CurrentImages
from tellapart.settings import Settings
from tellapart.store import tables
from tellapart.store.storage import Storage
from tellapart.store.tables import IssueKind, Job
from tellapart.workflows.data import check_dataset
from tellapart.workspace import Workspace
from tests.support.images.builders import class_files, encode, jpeg_bytes, make_folder
from tests.support.models.training_sets import Recorder

COUNT = 20


def brighter(data: bytes) -> bytes:
    """The same image to the eye, in other bytes."""
    changed = ImageEnhance.Brightness(Image.open(BytesIO(data))).enhance(1.15)
    return encode(changed.resize((60, 50)), "JPEG", quality=70)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Cats and dogs; two dogs are among the cats, one cat is there twice, one is dark."""
    files = class_files({"cats": COUNT, "dogs": COUNT})
    for seed in (100, 101):
        files[f"cats/wrong{seed}.jpg"] = jpeg_bytes(seed=seed, look="dogs")
    files["cats/again.jpg"] = brighter(files["cats/0003.jpg"])
    dark = ImageEnhance.Brightness(Image.open(BytesIO(files["dogs/0004.jpg"]))).enhance(0.1)
    files["dogs/0004.jpg"] = encode(dark, "PNG")
    files["dogs/large.jpg"] = jpeg_bytes(1200, 1000, seed=55, look="dogs")
    return make_folder(tmp_path / "pictures", files)


def names(workspace: Workspace, kind: IssueKind) -> dict[str, str | None]:
    """The images with an issue, and the class that is suggested for each."""
    with workspace.storage.database.reading() as session:
        found = list_entries(session, ImageFilter(issue=kind)).items
    return {
        image.image.original_name: next(
            issue.suggested_label for issue in image.issues if issue.row.kind == kind
        )
        for image in found
    }


def test_a_check_finds_what_was_planted(workspace: Workspace, folder: Path) -> None:
    workspace.import_images(folder)
    pair = {"cats/0003.jpg": None, "cats/again.jpg": None}
    assert names(workspace, "near_duplicate") == pair, "an import finds them too"
    assert "dogs/0004.jpg" in names(workspace, "dark")
    found = workspace.check()
    assert found.dataset_version == 1
    suspects = names(workspace, "label")

    assert {"cats/wrong100.jpg": "dogs", "cats/wrong101.jpg": "dogs"}.items() <= suspects.items()
    assert len(suspects) <= 4
    assert pair.items() <= names(workspace, "near_duplicate").items()
    assert "dogs/large.jpg" in names(workspace, "odd_size")
    assert names(workspace, "leak") == {}
    with workspace.storage.database.reading() as session:
        quality = quality_summary(session)
        assert quality is not None
        assert (quality.issues, quality.checked_version) == (found.issues, 1)
        places = map_columns(session, limit=1000)
    assert places.total == 2 * COUNT + 4
    assert all(0 <= value <= 1 for value in (*places.x, *places.y))


def test_near_duplicates_stay_on_one_side_of_the_split(workspace: Workspace, folder: Path) -> None:
    copies = {
        f"cats/copy{number}.jpg": brighter(jpeg_bytes(seed=number)) for number in range(4, COUNT)
    }
    workspace.import_images(folder)
    workspace.import_images(make_folder(folder.parent / "copies", copies))
    with workspace.storage.database.reading() as session:
        split_of = {
            image.image.original_name: image.entry.split
            for image in list_entries(session, ImageFilter(), limit=500).items
        }
    for number in range(4, COUNT):
        assert split_of[f"cats/copy{number}.jpg"] == split_of[f"cats/{number:04d}.jpg"]
    assert names(workspace, "leak") == {}
    assert len(names(workspace, "near_duplicate")) == 2 * (COUNT - 4) + 2


def test_a_given_split_that_leaks_is_reported(workspace: Workspace, tmp_path: Path) -> None:
    files = {f"train/cats/{n}.jpg": jpeg_bytes(seed=n) for n in range(5)}
    files |= {f"train/dogs/{n}.jpg": jpeg_bytes(seed=n, look="dogs") for n in range(5)}
    files |= {"test/cats/a.jpg": brighter(files["train/cats/2.jpg"])}
    files |= {"test/dogs/b.jpg": jpeg_bytes(seed=77, look="dogs")}
    workspace.import_images(make_folder(tmp_path / "pictures", files))
    assert set(names(workspace, "leak")) == {"train/cats/2.jpg", "test/cats/a.jpg"}
    workspace.check()
    assert {"train/cats/2.jpg", "test/cats/a.jpg"} <= set(names(workspace, "leak"))


def test_images_of_an_older_release_are_measured(workspace: Workspace, folder: Path) -> None:
    workspace.import_images(folder)
    with workspace.storage.database.writing() as session:
        before = dict(session.execute(select(tables.Image.id, tables.Image.fingerprint)).all())
        session.execute(update(tables.Image).values(fingerprint=None, brightness=None))
    workspace.check()
    with workspace.storage.database.reading() as session:
        after = dict(session.execute(select(tables.Image.id, tables.Image.fingerprint)).all())
    assert after == before


def test_too_little_to_compare_is_no_error(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_images(make_folder(tmp_path / "one", {"cats/a.jpg": jpeg_bytes()}))
    assert workspace.check().issues.get("label", 0) == 0
    workspace.change_images([1], excluded=True)
    assert workspace.check().issues == {}


def test_an_import_has_the_data_set_checked(workspace: Workspace, tmp_path: Path) -> None:
    settings = workspace.settings.model_copy(update={"check_after_import": True})
    with Workspace(settings=settings) as other:
        for seed in (1, 2):
            files = {"cats/a.jpg": jpeg_bytes(seed=seed)}
            other.import_images(make_folder(tmp_path / str(seed), files))
        other.import_images(tmp_path / "2")
        with other.storage.database.reading() as session:
            kinds = list(session.scalars(select(Job.kind).order_by(Job.created_at)))
    assert kinds == ["import", "check", "import", "import"], "one that waits is enough"


def random_embeddings(
    _storage: Storage, images: CurrentImages, reporter: ProgressReporter
) -> NDArray[np.float32]:
    """Numbers that depend on the image alone, instead of those of a backbone."""
    reporter.stage("Embedding pictures", 0.0)
    rows = [
        np.random.default_rng(int(name[:8], 16)).normal(size=16) for name in images.content_hashes
    ]
    return np.array(rows, np.float32).reshape(-1, 16)


def test_pseudo_labels_neither_judge_nor_are_judged(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: dict[int, str] = {}

    def by_look(
        storage: Storage, images: CurrentImages, reporter: ProgressReporter
    ) -> NDArray[np.float32]:
        vectors = 0.1 * random_embeddings(storage, images, reporter)
        vectors[:, 0] += [4 if looks[number] == "dogs" else -4 for number in images.image_ids]
        return vectors

    monkeypatch.setattr(check_dataset, "embed_images", by_look)
    labelled = class_files({"cats": 10, "dogs": 10})
    labelled["cats/wrong.jpg"] = jpeg_bytes(seed=100, look="dogs")
    loose = {f"{n}.jpg": jpeg_bytes(seed=200 + n, look="dogs") for n in range(40)}
    workspace.import_images(make_folder(tmp_path / "labelled", labelled))
    workspace.import_images(make_folder(tmp_path / "loose", loose), unlabeled=True)
    with workspace.storage.database.reading() as session:
        rows = session.execute(select(tables.Image.id, tables.Image.original_name)).all()
    looks |= {number: "cats" if name.startswith("cats/0") else "dogs" for number, name in rows}
    # A model took many more dogs for cats than people have labelled as dogs.
    guesses = {
        number: ImageState("cats", "train", "pseudo") for number, name in rows if "/" not in name
    }
    with workspace.storage.database.writing() as session:
        write_version(session, guesses, author="", reason="")
    workspace.check()
    assert names(workspace, "label") == {"cats/wrong.jpg": "dogs"}
    with workspace.storage.database.reading() as session:
        scores = dict(
            session.execute(select(tables.ImageCheck.image_id, tables.ImageCheck.label_score)).all()
        )
    assert {number for number, score in scores.items() if score is None} == set(guesses)


@pytest.mark.parametrize("chosen", [False, True])
def test_what_embeddings_find_comes_into_one_split_unless_somebody_chose(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: bool
) -> None:
    # Any two fingerprints will do: what they speak against is shown elsewhere.
    monkeypatch.setattr("tellapart.quality.duplicates._LEAST_LIKENESS", -1.0)

    def with_twins(
        storage: Storage, images: CurrentImages, reporter: ProgressReporter
    ) -> NDArray[np.float32]:
        vectors = random_embeddings(storage, images, reporter)
        of_class = images.class_ids == images.class_ids[0]
        for split in ("test", "validation"):
            tested = np.flatnonzero(of_class & (np.array(images.splits) == split))[0]
            vectors[tested] = vectors[0]
        return vectors

    monkeypatch.setattr(check_dataset, "embed_images", with_twins)
    files = class_files({"cats": 20, "dogs": 20})
    workspace.import_images(make_folder(tmp_path / "pictures", files))
    with workspace.storage.database.reading() as session:
        assert list_entries(session, ImageFilter(), limit=1).items[0].entry.split == "train"
    if chosen:
        workspace.change_images([40], split="test")
    before, log = workspace.insights(), Recorder()
    found = workspace.check(log)
    now = workspace.insights()
    assert now.checked_version == now.dataset_version == found.dataset_version
    if chosen:
        assert (found.moved, now.dataset_version, now.issues["leak"]) == (0, 2, 3)
        return
    assert (now.dataset_version, now.issues.get("leak", 0)) == (2, 0)
    assert found.moved >= 1
    assert any("1 group of near-duplicates or of one name" in line for line in log.messages)
    assert now.class_splits["dogs"] == before.class_splits["dogs"]
    assert min(now.class_splits["cats"].values()) >= 1
    # With twins of other images: where the test is, it stays from the first training on.
    workspace.train(recipe="probe")
    assert workspace.check().moved == 0
    assert workspace.insights().dataset_version == 2


def test_where_labels_cannot_be_told_no_suspects_are_named(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_dataset, "embed_images", random_embeddings)
    workspace.import_images(make_folder(tmp_path / "a", class_files({"cats": 30, "dogs": 30})))
    log = Recorder()
    found = workspace.check(log)
    assert found.labels is not None
    assert "Too weak to say which labels are wrong" in found.labels
    assert f"Labels: {found.labels}" in log.messages
    insights = workspace.insights()
    assert insights.label_check is not None
    assert insights.label_check.verdict == found.labels
    assert names(workspace, "label") == {}
    workspace.write_data_report(tmp_path / "report.html")
    assert found.labels in (tmp_path / "report.html").read_text()
    workspace.change_images([1], excluded=True)
    assert workspace.insights().label_check == insights.label_check, "until the next check"


@pytest.mark.parametrize(
    ("change", "layers"),
    [
        ({}, "last layer and all blocks"),
        ({"embedding_key": "of an older release"}, "last layer"),
        ({"columns": None}, "last layer"),
    ],
)
def test_labels_are_judged_by_the_features_that_training_chose(
    trained_settings: Settings, change: dict[str, object], layers: str
) -> None:
    with Workspace(settings=trained_settings) as workspace:
        with workspace.storage.database.writing() as session:
            row = session.get(tables.ModelVersion, 1)
            assert row is not None
            chosen = {"columns": 3328, "layers": "last layer and all blocks"}
            row.parameters = {**row.parameters, **chosen, **change}
        found = workspace.check()
    assert found.labels is not None
    assert f"(features of the {layers})" in found.labels


class AtStage(NullReporter):
    """A reporter that does something when a stage begins."""

    def __init__(self, name: str, act: Callable[[], object]) -> None:
        self.name = name
        self.act = act

    def stage(self, name: str, share: float | None) -> None:  # noqa: ARG002
        """Act once."""
        if name == self.name:
            self.name = ""
            self.act()


STATES = st.tuples(st.sampled_from([None, "cats", "dogs", "owls"]), st.booleans())


@hypothesis_settings(
    deadline=None, max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(STATES, min_size=24, max_size=24))
def test_any_mixture_of_labelled_unlabelled_and_excluded_images_is_checked(
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    states: list[tuple[str | None, bool]],
) -> None:
    monkeypatch.setattr(check_dataset, "embed_images", random_embeddings)
    if workspace.insights().dataset_version is None:
        files = class_files({"cats": 12, "dogs": 8})
        files |= {f"cats/copy{n}.jpg": brighter(files[f"cats/{n:04d}.jpg"]) for n in range(4)}
        workspace.import_images(make_folder(tmp_path / "all", files), unlabeled=True)
    chosen = {
        number + 1: ImageState(label, None if label is None else "train", "given", excluded)
        for number, (label, excluded) in enumerate(states)
    }
    with workspace.storage.database.writing() as session:
        write_version(session, chosen, author="", reason="")
    found = workspace.check()
    with workspace.storage.database.reading() as session:
        groups = session.execute(
            select(tables.ImageIssue.group_id, tables.ImageIssue.image_id).where(
                tables.ImageIssue.kind == "near_duplicate"
            )
        ).all()
    for group in {group for group, _ in groups}:
        members = [chosen[image_id] for each, image_id in groups if each == group]
        labels = {one.label for one in members if not one.excluded} - {None}
        assert len(labels) <= 1
    assert found.dataset_version == workspace.insights().checked_version


@pytest.mark.parametrize(
    "stage",
    ["Embedding pictures", "Looking for near-duplicates", "Looking for wrong labels",
     "Drawing the map"],
)  # fmt: skip
def test_images_that_arrive_during_a_check_are_left_to_the_next(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setattr(check_dataset, "embed_images", random_embeddings)
    files = class_files({"cats": 8, "dogs": 8})
    loose = {name.replace("/", "_"): data for name, data in class_files({"owls": 5}).items()}
    workspace.import_images(make_folder(tmp_path / "loose", loose), unlabeled=True)
    workspace.import_images(make_folder(tmp_path / "first", files))
    later = {"cats/twin.jpg": brighter(files["cats/0002.jpg"])}
    later |= class_files({"dogs": 4}, first_seed=50)
    folder = make_folder(tmp_path / "later", later)
    found = workspace.check(AtStage(stage, lambda: workspace.import_images(folder)))
    assert (found.dataset_version, workspace.insights().dataset_version) == (2, 3)
    assert workspace.insights().checked_version == 2
    expected = {"cats/0002.jpg", "cats/twin.jpg"}
    assert expected <= set(names(workspace, "near_duplicate")), "what the import found stays"


def test_a_class_that_changes_during_a_check_parts_its_group(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_dataset, "embed_images", random_embeddings)
    files = class_files({"cats": 8, "dogs": 8})
    files["cats/twin.jpg"] = brighter(files["cats/0002.jpg"])
    workspace.import_images(make_folder(tmp_path / "pictures", files))
    assert len(names(workspace, "near_duplicate")) == 2
    with workspace.storage.database.reading() as session:
        images = list_entries(session, ImageFilter(text="twin")).items
    twin = images[0].image.id
    workspace.check(AtStage("Drawing the map", lambda: workspace.change_images([twin], label="x")))
    assert names(workspace, "near_duplicate") == {}
