"""The Data section. The tests share one server: what a test changes it takes back."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import ImageEnhance, ImageFilter
from playwright.sync_api import Locator, Page, Route, expect

from tellapart.workspace import Workspace
from tests.e2e.conftest import check_outage, serving
from tests.support.builders import class_files, encode, make_zip, photo

PATIENCE_MS = 120_000
SIZE = (160, 120)


def planted() -> dict[str, bytes]:
    """Two classes with a leak, a near-duplicate, a blurry, a dark and a broken image."""
    files = {
        f"train/{name}": data
        for name, data in class_files({"cats": 12, "dogs": 12}, size=SIZE).items()
    }
    smaller = photo(*SIZE, seed=1, look="cats").resize((120, 90))
    files["test/cats/leak.jpg"] = encode(smaller, "JPEG", quality=80)
    again = photo(*SIZE, seed=2, look="dogs").resize((130, 98))
    files["train/dogs/again.jpg"] = encode(again, "JPEG", quality=80)
    blurred = photo(*SIZE, seed=40, look="dogs").filter(ImageFilter.GaussianBlur(9))
    files["train/dogs/blurry.jpg"] = encode(blurred, "JPEG", quality=90)
    dark = ImageEnhance.Brightness(photo(*SIZE, seed=41, look="cats")).enhance(0.05)
    files["train/cats/dark.jpg"] = encode(dark, "JPEG", quality=90)
    files["train/cats/broken.jpg"] = files["train/cats/0003.jpg"][:400]
    return files


@pytest.fixture(scope="module")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the planted images, which were checked."""
    folder = tmp_path_factory.mktemp("e2e-data")
    with Workspace(folder / "animals") as animals:
        animals.import_images(make_zip(folder / "animals.zip", planted()))
        animals.check()
    with serving(folder / "animals", "/livez") as url:
        yield url


@pytest.fixture
def empty_url(tmp_path: Path) -> Iterator[str]:
    """A server over an empty workspace."""
    with serving(tmp_path / "empty", "/livez") as url:
        yield url


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Data").get_by_role("link", name=re.compile(name))


def test_a_zip_is_imported_into_an_empty_workspace_and_checked(
    page: Page, empty_url: str, tmp_path: Path
) -> None:
    archive = make_zip(tmp_path / "animals.zip", planted())
    page.goto(f"{empty_url}/data/")
    expect(page.get_by_text("No pictures yet").first).to_be_visible()
    page.get_by_role("link", name="Import pictures").click()
    page.get_by_label("Pictures to add").set_input_files(archive)
    expect(page.get_by_role("radio", name="All three splits")).to_be_checked()
    page.get_by_role("button", name="Start the import").click()

    expect(page.get_by_test_id("import-result")).to_contain_text("28", timeout=PATIENCE_MS)
    quarantine = page.get_by_test_id("quarantine")
    expect(quarantine).to_contain_text("train/cats/broken.jpg")
    expect(quarantine).to_contain_text("Copy it again")
    page.get_by_role("button", name="Discard train/cats/broken.jpg").click()
    page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(page.get_by_text("No file is set aside.")).to_be_visible()

    page.goto(f"{empty_url}/data/")
    expect(page.get_by_test_id("measures").get_by_role("figure")).to_have_count(5)
    page.get_by_role("button", name="Check now").click()
    job = page.get_by_test_id("job")
    expect(job).to_have_attribute("data-status", "succeeded", timeout=PATIENCE_MS)
    page.get_by_role("button", name="Put away").click()
    expect(page.get_by_test_id("check-state")).to_contain_text("Checked just now")
    page.get_by_test_id("issue-counts").get_by_role("link", name=re.compile("Leaks")).click()
    expect(page).to_have_url(re.compile(r"/data/issues/\?kind=leak$"))


def test_a_leak_is_brought_into_one_split_by_one_key(page: Page) -> None:
    page.goto("/data/issues/?kind=leak")
    groups = page.get_by_test_id("group-list").locator("> li")
    expect(groups).to_have_count(1)
    page.keyboard.press("r")
    expect(page.get_by_text("1 picture moved to train")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing is open")).to_be_visible()
    page.keyboard.press("u")
    expect(groups).to_have_count(1)


def test_the_others_of_a_group_are_excluded_and_come_back(
    page: Page, check_layout: Callable[[], None]
) -> None:
    page.goto("/data/issues/?kind=near_duplicate")
    groups = page.get_by_test_id("group-list").locator("> li")
    expect(groups.first).to_be_visible()
    before = groups.count()
    page.get_by_role("button", name=re.compile("Keep this one.*again.jpg")).click()
    page.keyboard.press("e")
    expect(page.get_by_text("1 picture excluded")).to_be_visible()
    expect(page.get_by_text("130 × 98")).to_have_count(0)
    expect(groups).to_have_count(before - 1)
    page.get_by_role("button", name="Undo").click()
    expect(groups).to_have_count(before)
    check_layout()


def test_what_is_kept_leaves_the_list_and_can_be_opened_again(page: Page) -> None:
    page.goto("/data/issues/?kind=blurry")
    images = page.get_by_test_id("issue-grid").locator("> li")
    blurry = images.filter(has=page.get_by_role("button", name="Open train/dogs/blurry.jpg"))
    expect(blurry).to_have_count(1)
    blurry.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("blurry.jpg")
    page.keyboard.press("Escape")
    blurry.focus()
    page.keyboard.press("k")
    expect(blurry).to_have_count(0)
    page.get_by_role("switch", name="Show kept").click()
    expect(blurry).to_have_count(1)
    blurry.get_by_role("button", name="Reopen").click()
    expect(page.get_by_text("Nothing was kept")).to_be_visible()


def test_the_map_shows_a_image_and_opens_it(page: Page, check_layout: Callable[[], None]) -> None:
    page.goto("/data/map/")
    page.get_by_role("application", name=re.compile("Map of the pictures")).focus()
    page.keyboard.press("+")
    page.keyboard.press("-")
    hover = page.get_by_test_id("map-hover")
    expect(hover).to_contain_text(re.compile("cats|dogs"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    check_layout()
    page.get_by_role("switch", name="As list").click()
    rows = page.get_by_test_id("map-list").get_by_role("row")
    expect(rows).to_have_count(29)
    page.get_by_role("button", name=re.compile("^cats")).click()
    expect(rows).to_have_count(15)


def test_versions_are_compared_and_restored(page: Page, check_layout: Callable[[], None]) -> None:
    page.goto("/data/issues/?kind=dark")
    page.get_by_test_id("issue-grid").get_by_role("button", name="Exclude").first.click()
    expect(page.get_by_text("1 picture excluded")).to_be_visible()
    tab(page, "Versions").click()
    expect(page.get_by_test_id("diff-counts")).to_have_text("1 excluded")
    expect(page.get_by_test_id("diff")).to_contain_text("included")
    page.get_by_role("button", name=re.compile("^Restore version")).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_test_id("restore-changes")).to_have_text("This changes: 1 included.")
    dialog.get_by_label("Reason (kept in the history)").fill("It was not so dark.")
    dialog.get_by_role("button", name=re.compile("^Restore version")).click()
    versions = page.get_by_test_id("versions")
    expect(versions).to_contain_text("It was not so dark.")
    page.get_by_role("button", name="Undo the last change").click()
    expect(versions.get_by_role("listitem").first).to_contain_text("Undid version")
    check_layout()


def make_folder(folder: Path) -> Path:
    """Two classes of two pictures, a text, and a folder deeper down."""
    for number, (label, path) in enumerate(
        [("cats", "cats/1.jpg"), ("cats", "cats/old/2.jpg"), ("dogs", "dogs/1.jpg")]
    ):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(encode(photo(*SIZE, seed=70 + number, look=label), "JPEG"))
    (folder / "notes.txt").write_text("not a picture")
    return folder


def test_a_folder_keeps_its_folders_as_classes(
    page: Page, empty_url: str, tmp_path: Path, check_layout: Callable[[], None]
) -> None:
    page.goto(f"{empty_url}/data/import/")
    page.get_by_label("Pictures to add").set_input_files(make_folder(tmp_path / "a") / "notes.txt")
    expect(page.get_by_role("alert").filter(has_text="is no picture")).to_be_visible()
    page.get_by_label("Folder to add").set_input_files(make_folder(tmp_path / "pets"))
    classes = page.get_by_test_id("folder-classes")
    expect(classes).to_have_text("2 classes: cats 2, dogs 1")
    expect(page.get_by_role("main")).to_contain_text("1 file that is no picture is left out")

    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/imports?*", hold)
    page.get_by_role("button", name="Start the import").click()
    page.get_by_role("navigation", name="Data").get_by_role("link", name="Overview").click()
    upload = page.get_by_test_id("active-upload")
    expect(upload).to_contain_text("Sending pets")
    # Closing the tab would be asked about.
    leave = "window.dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    assert page.evaluate(leave) is False
    held[0].continue_()
    expect(upload).to_have_count(0, timeout=PATIENCE_MS)
    assert page.evaluate(leave) is True
    tab(page, "Import").click()
    expect(page.get_by_test_id("import-result")).to_contain_text(
        re.compile("cats: 2"), timeout=PATIENCE_MS
    )
    check_layout()


def test_the_overview_fits_and_is_accessible(page: Page, check_layout: Callable[[], None]) -> None:
    page.goto("/data/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    check_layout()


@pytest.mark.parametrize(
    ("path", "call"),
    [
        ("/data/issues/?kind=blurry", "**/api/issues/*"),
        ("/data/map/", "**/api/embedding-map*"),
        ("/data/versions/", "**/api/dataset-versions*"),
        ("/data/import/", "**/api/quarantine*"),
    ],
)
def test_an_outage_does_not_look_like_emptiness(page: Page, path: str, call: str) -> None:
    check_outage(page, path, {call: 1})
