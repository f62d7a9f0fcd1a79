"""The Train page over two small classes and some images without one. One server for all."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tellapart.workspace import Workspace
from tests.e2e.conftest import Outage, serving
from tests.support.images.builders import class_files, make_zip
from tests.support.processes.holding import hold_at
from tests.support.servers.server import wait_until

PATIENCE_MS = 120_000
SIZE = (48, 36)


@pytest.fixture(scope="module")
def animals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of cats, dogs, and some of both without their class."""
    folder = tmp_path_factory.mktemp("e2e-train")
    labelled = make_zip(folder / "animals.zip", class_files({"cats": 24, "dogs": 24}, size=SIZE))
    others = class_files({"cats": 6, "dogs": 6}, size=SIZE, first_seed=100)
    unlabelled = make_zip(folder / "new.zip", others)
    with Workspace(folder / "animals") as workspace:
        workspace.import_images(labelled)
        workspace.import_images(unlabelled, unlabeled=True)
    return folder / "animals"


@pytest.fixture(scope="module")
def server_url(animals: Path) -> Iterator[str]:
    """A server over the animals. A training that needs Keras waits before it loads it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in hold_at("Loading Keras", 0, animals / "never").environment.items():
            patch.setenv(name, value)
        with serving(animals, "/livez") as url:
            yield url


@pytest.fixture
def champion(server_url: str) -> None:
    """A version is in service: of another test of this file, or one that is trained now."""
    with httpx2.Client(base_url=server_url, timeout=60) as client:
        if client.get("/readyz").status_code != 200:
            started = client.post("/api/retrain", json={"recipe": "probe"})
            assert started.status_code == 202, started.text
            wait_until(lambda: client.get("/readyz").status_code == 200, "a version is in service")


def test_a_training_is_followed_to_its_version_and_says_why_there_is_no_second(
    page: Page, check_layout: Callable[[], None]
) -> None:
    page.goto("/train/")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"version \d"))
    expect(page.get_by_role("radio", name="Automatic").first).to_be_checked()
    page.get_by_role("radio", name="Quick").click()
    expect(page.get_by_role("radiogroup", name="How long at most")).to_have_count(0)
    page.get_by_role("radio", name="Automatic").first.click()
    page.keyboard.press("Control+Enter")

    job = page.get_by_test_id("job")
    expect(job).to_have_attribute("data-status", "succeeded", timeout=PATIENCE_MS)
    expect(page.get_by_test_id("training-charts")).to_contain_text("C = ")
    result = page.get_by_test_id("training-result")
    expect(result).to_contain_text(re.compile(r"Version \d is ready"))
    version = re.search(r"Version (\d)", result.inner_text())
    assert version is not None
    # The first one always is.
    expect(result).to_contain_text("and in service" if version[1] == "1" else "is ready")
    why = result.get_by_test_id("brought-nothing").inner_text()
    assert why.startswith("No finetune model is trained: the probe model is right about")
    expect(page.get_by_test_id("trainings")).to_contain_text(version[0])
    page.get_by_text("More choices").click()
    check_layout()
    result.get_by_role("link", name=version[0]).click()
    expect(page).to_have_url(re.compile(rf"/models/\?version={version[1]}$"))
    expect(page.get_by_role("main")).to_contain_text(why)
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Train").first.click()
    expect(page.get_by_test_id("trainings")).to_contain_text(version[0])


def tell_epochs(workspace: Path) -> None:
    """What a training with Keras writes down after each of its first two epochs."""
    with Workspace(workspace) as animals:
        job = animals.jobs.newest("train")
        assert job is not None
        for epoch in (1, 2):
            figures = {"loss": 0.9 / epoch, "accuracy": 0.4 * epoch}
            judged = {f"validation_{name}": value for name, value in figures.items()}
            assert animals.jobs.log(job, f"Epoch {epoch}", {"epoch": epoch, **figures, **judged})


def test_a_second_training_waits_and_a_cancelled_one_goes_on(
    page: Page, animals: Path, outage: Outage
) -> None:
    with outage({"**/api/data-insights": 1}):
        page.goto("/train/")
    page.get_by_role("radio", name="From scratch").click()
    page.get_by_text("More choices").click()
    page.get_by_label("Epochs").fill("1000")
    page.get_by_role("button", name="Start training").click()
    job = page.get_by_test_id("job")
    expect(job).to_contain_text("Loading Keras", timeout=PATIENCE_MS)
    tell_epochs(animals)
    page.get_by_role("button", name="Train after the one that runs").click()
    dialog = page.get_by_role("dialog", name="A training is under way")
    expect(dialog).to_contain_text("From scratch")
    dialog.get_by_role("button", name="Train after it").click()
    expect(job).to_have_count(2)
    waiting = job.filter(has_text="Waits until the one that runs has ended")
    waiting.get_by_role("button", name="Cancel").click()
    expect(job.and_(page.locator("[data-status=cancelled]"))).to_have_count(1)

    trainings = page.get_by_test_id("trainings").get_by_role("button")
    # The list is asked for now and then: until it has both, another one is the second.
    expect(trainings.first).to_contain_text("Cancelled")
    trainings.nth(1).click()
    expect(job).to_have_count(1)
    charts = page.get_by_test_id("training-charts").get_by_role("figure")
    expect(charts).to_have_count(2, timeout=PATIENCE_MS)
    job.get_by_role("button", name="Cancel").click()
    expect(job).to_have_attribute("data-status", "cancelled", timeout=PATIENCE_MS)
    job.get_by_role("button", name="Resume").click()
    expect(job).to_have_attribute("data-status", re.compile("queued|running"))
    job.get_by_role("button", name="Cancel").click()
    expect(job).to_have_attribute("data-status", "cancelled", timeout=PATIENCE_MS)


@pytest.fixture
def unlabelled(server_url: str, tmp_path: Path) -> None:
    """Some images have no class, whatever became of others."""
    looks = class_files({"cats": 3, "dogs": 3}, size=SIZE, first_seed=500)
    data = make_zip(tmp_path / "unlabelled.zip", looks).read_bytes()
    with httpx2.Client(base_url=server_url, timeout=60) as client:
        files = {"file": ("unlabelled.zip", data)}
        job = client.post("/api/imports?unlabeled=true", files=files).json()["id"]
        ended = f"/api/jobs/{job}"
        wait_until(lambda: client.get(ended).json()["status"] == "succeeded", "the import ends")


@pytest.mark.usefixtures("champion", "unlabelled")
def test_the_learning_curve_says_whether_more_is_worth_it_and_which_are_labelled_by_keys(
    page: Page, outage: Outage, check_layout: Callable[[], None]
) -> None:
    with outage({"**/api/learning-curve": 1, "**/api/worth-labelling*": 1, "**/api/jobs?*": 1}):
        page.goto("/train/")
    curve = page.get_by_test_id("learning-curve")
    curve.get_by_role("button", name=re.compile("^(Find out|Measure again)$")).click()
    job = curve.get_by_test_id("job")
    expect(job).to_have_attribute("data-status", "succeeded", timeout=PATIENCE_MS)
    curve.get_by_role("button", name=re.compile("as table")).click()
    expect(curve.get_by_role("row").nth(1)).to_contain_text("–")
    curve.get_by_role("button", name="Put away").click()
    expect(curve).to_contain_text("Measured just now")

    page.get_by_role("link", name="Label them").click()
    images = page.get_by_test_id("label-grid").locator("> li")
    expect(images.first).to_contain_text("no class")
    before = images.count()
    page.keyboard.press("1")
    expect(page.get_by_text("1 picture relabelled to cats")).to_be_visible()
    expect(images).to_have_count(before - 1)
    page.keyboard.press("l")
    page.get_by_role("combobox").fill("dogs")
    page.keyboard.press("Enter")
    expect(images).to_have_count(before - 2)
    page.keyboard.press("u")
    expect(images).to_have_count(before - 1)
    check_layout()


@pytest.fixture
def asked(server_url: str, champion: None, unlabelled: None) -> None:
    """The model was asked about all that waits, which the first who looks brings about."""

    def is_done() -> bool:
        queue = client.get("/api/review?limit=1").json()
        jobs = client.get("/api/jobs?kind=propose_labels").json()["items"]
        done = all(job["status"] == "succeeded" for job in jobs)
        return done and sum(queue["by_label"].values()) == queue["waiting"]

    with httpx2.Client(base_url=server_url, timeout=60) as client:
        wait_until(is_done, "the model is asked")


@pytest.mark.usefixtures("asked")
def test_what_waits_is_decided_by_keys_and_taken_back(
    page: Page, outage: Outage, check_layout: Callable[[], None]
) -> None:
    with outage({"**/api/review?*": 1}):
        page.goto("/improve/")
    one = page.get_by_test_id("review-one")
    expect(one.get_by_role("button", name=re.compile("^It is (cats|dogs)"))).to_be_visible()
    counted = page.get_by_text(re.compile(r"\d+ pictures wait for a person"))
    before = counted.inner_text()
    first = one.get_by_role("img").first.get_attribute("alt")
    page.keyboard.press("a")
    expect(page.get_by_text(re.compile("^1 picture labelled (cats|dogs)"))).to_be_visible()
    expect(counted).not_to_have_text(before)
    expect(one.get_by_role("img").first).not_to_have_attribute("alt", first or "")
    page.keyboard.press("u")
    expect(page.get_by_text("Undone: 1 picture")).to_be_visible()
    expect(counted).to_have_text(before)
    expect(one.get_by_role("img").first).to_have_attribute("alt", first or "")
    check_layout()

    page.set_viewport_size({"width": 1280, "height": 720})
    page.get_by_role("radio", name="Grid").click()
    images = page.get_by_test_id("review-grid").locator("> li")
    expect(images.first.get_by_role("button", name=f"Open p{(first or '')[1:]}")).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_text("1 picture excluded")).to_be_visible()
    page.keyboard.press("l")
    page.get_by_role("combobox").fill("dogs")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 picture labelled dogs")).to_be_visible()
    expect(page.get_by_test_id("learn-from")).to_contain_text("2 pictures decided here")


@pytest.mark.usefixtures("champion")
def test_proposals_are_seen_before_a_training_uses_them(
    page: Page, tmp_path: Path, check_layout: Callable[[], None]
) -> None:
    looks = class_files({"cats": 4, "dogs": 4}, size=SIZE, first_seed=300)
    page.goto("/data/import/")
    page.get_by_label("Pictures to add").set_input_files(make_zip(tmp_path / "more.zip", looks))
    page.get_by_role("switch", name="Take the pictures without their classes").press("Space")
    page.get_by_role("button", name="Start the import").press("Enter")
    expect(page.get_by_test_id("import-result")).to_contain_text("8", timeout=PATIENCE_MS)
    panel = page.get_by_test_id("proposals")
    panel.get_by_role("button", name=re.compile("^Ask (version|about)")).press("Enter")
    expect(panel).not_to_contain_text("not asked about yet")
    expect(panel).to_contain_text(re.compile(r"Version \d is sure of [1-9]\d* pictures"))
    classes = panel.get_by_role("list", name="Proposals by class")
    expect(classes).to_contain_text(re.compile(r"cats[1-9]\d* to use"))
    check_layout()
    sure = re.search(r"sure of (\d+)", panel.inner_text())
    panel.get_by_role("list", name="Proposals", exact=True).get_by_role("button").first.press(
        "Enter"
    )
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")

    panel.get_by_role("link", name="Train with those it is sure of").press("Enter")
    expect(page.get_by_role("switch", name=re.compile("without a class"))).to_be_checked()
    page.get_by_role("radio", name="Quick").click()
    page.get_by_role("radio", name="Not by itself").click()
    page.keyboard.press("Control+Enter")
    job = page.get_by_test_id("job").filter(has_text="Training")
    expect(job).to_have_attribute("data-status", "succeeded", timeout=PATIENCE_MS)
    expect(page.get_by_test_id("training-result")).to_contain_text("is ready")
    page.goto("/data/pictures/?origin=pseudo")
    assert sure is not None
    expect(page.get_by_text(f"{sure[1]} pictures found")).to_be_visible()
    expect(page.get_by_label("Origin of the class")).to_have_value("pseudo")
    page.get_by_label("Split").select_option("train")
    expect(page.get_by_text(f"{sure[1]} pictures found")).to_be_visible()
