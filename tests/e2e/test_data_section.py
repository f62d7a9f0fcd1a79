"""The Data section. The tests share one server: what a test changes it takes back."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tellapart.workspace import Workspace
from tests.e2e.conftest import Outage, data_tab, serving
from tests.support.images.builders import make_zip
from tests.support.images.planted_images import planted


@pytest.fixture(scope="module")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the planted images, which were checked."""
    folder = tmp_path_factory.mktemp("e2e-data")
    with Workspace(folder / "animals") as animals:
        animals.import_images(make_zip(folder / "animals.zip", planted()))
        animals.check()
    with serving(folder / "animals", "/livez") as url:
        yield url


def test_a_leak_is_brought_into_one_split_and_the_others_of_a_group_are_excluded(
    page: Page, check_layout: Callable[[], None]
) -> None:
    page.goto("/data/issues/?kind=leak")
    groups = page.get_by_test_id("group-list").locator("> li")
    expect(groups).to_have_count(1)
    page.keyboard.press("r")
    expect(page.get_by_text("1 picture moved to train")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing is open")).to_be_visible()
    page.keyboard.press("u")
    expect(groups).to_have_count(1)
    the_others_of_a_group_are_excluded_and_come_back(page)
    check_layout()


def the_others_of_a_group_are_excluded_and_come_back(page: Page) -> None:
    """From the leaks to the near-duplicates."""
    page.get_by_role("link", name=re.compile("^Near-duplicates")).click()
    groups = page.get_by_test_id("group-list").locator("> li")
    expect(groups.filter(has_text="130 × 98")).to_have_count(1)
    before = groups.count()
    page.get_by_role("button", name=re.compile("Keep this one.*again.jpg")).click()
    page.keyboard.press("e")
    expect(page.get_by_text("1 picture excluded")).to_be_visible()
    expect(page.get_by_text("130 × 98")).to_have_count(0)
    expect(groups).to_have_count(before - 1)
    page.get_by_role("button", name="Undo").click()
    expect(groups).to_have_count(before)


def test_what_is_kept_leaves_the_list_and_can_be_opened_again(page: Page, outage: Outage) -> None:
    with outage({"**/api/issues/*": 1}):
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


def test_the_map_shows_a_image_and_opens_it(
    page: Page, outage: Outage, check_layout: Callable[[], None]
) -> None:
    with outage({"**/api/embedding-map*": 1}):
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
    everything = page.request.get("/api/images/ids").json()["ids"]
    expect(rows).to_have_count(1 + len(everything))
    page.get_by_role("button", name=re.compile("^cats")).click()
    cats = page.request.get("/api/images/ids?label=cats").json()["ids"]
    assert 0 < len(cats) < len(everything)
    expect(rows).to_have_count(1 + len(cats))


def test_versions_are_compared_and_restored(
    page: Page, outage: Outage, check_layout: Callable[[], None]
) -> None:
    page.goto("/data/issues/?kind=dark")
    page.get_by_test_id("issue-grid").get_by_role("button", name="Exclude").first.click()
    expect(page.get_by_text("1 picture excluded")).to_be_visible()
    with outage({"**/api/dataset-versions*": 1}):
        data_tab(page, "Versions").click()
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
