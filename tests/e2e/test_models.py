"""A version, its mistakes, and two versions beside each other. The tests share one server."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tellapart.dataset.entries import ImageFilter, list_entries
from tellapart.workspace import Workspace
from tests.e2e.conftest import Outage, serving
from tests.support.images.builders import class_files, jpeg_bytes, make_zip

COWS_AS_DOGS = 9


def images() -> dict[str, bytes]:
    """Most cows of the training split are called dogs, and so is a cat of the test split."""
    counts = {"cats": 16, "cows": 14, "dogs": 16}
    files = {
        f"{'test' if int(name[-8:-4]) >= 10 else 'train'}/{name}": data
        for name, data in class_files(counts).items()
    }
    for index in range(COWS_AS_DOGS):
        files[f"train/dogs/cow-{index}.jpg"] = files.pop(f"train/cows/{index:04d}.jpg")
    files["test/dogs/a-cat.jpg"] = jpeg_bytes(seed=77, look="cats")
    return files


@pytest.fixture(scope="module")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Version 1 has learned that cows are dogs; version 2 from the corrected classes."""
    folder = tmp_path_factory.mktemp("e2e-models")
    with Workspace(folder / "farm") as farm:
        farm.import_images(make_zip(folder / "farm.zip", images()))
        farm.train(recipe="probe")
        with farm.storage.database.reading() as session:
            found = list_entries(session, ImageFilter(text="cow-")).items
            cows = [entry.image.id for entry in found]
        assert len(cows) == COWS_AS_DOGS
        farm.change_images(cows, label="cows")
        farm.train(recipe="probe", promote="never")
    with serving(folder / "farm", "/readyz") as url:
        yield url


def test_mistakes_are_seen_with_heat_maps_and_by_a_cell_of_the_matrix(
    page: Page, check_layout: Callable[[], None]
) -> None:
    page.goto("/models/?version=1")
    worst = page.get_by_test_id("worst-mistakes")
    expect(worst.get_by_role("listitem").first).to_be_visible()
    page.keyboard.press("h")
    expect(page.get_by_role("switch", name="Heat maps")).to_be_checked()
    heat_map = worst.get_by_test_id("heat-map").first
    expect(heat_map).to_be_visible()
    page.wait_for_function("element => element.naturalWidth > 0", arg=heat_map.element_handle())
    matrix = page.get_by_role("table", name=re.compile("Confusion matrix"))
    cell = matrix.get_by_role("button", name=re.compile("of dogs recognised"))
    cell.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(matrix.get_by_role("button", name=re.compile("cows.*recognised"))).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"label=cows&predicted=dogs"))
    expect(page.get_by_role("heading", level=1)).to_have_text("cows taken for dogs")
    expect(page.get_by_test_id("mistakes").get_by_role("listitem").first).to_be_visible()
    check_layout()


def test_a_wrong_class_is_corrected_by_one_key(page: Page, outage: Outage) -> None:
    with outage({"**/api/models/2/mistakes*": 1}):
        page.goto("/models/mistakes/?version=2")
        expect(page.get_by_text("The pictures could not be loaded")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("No mistake")).to_have_count(0)
    mistakes = page.get_by_test_id("mistakes").get_by_role("listitem")
    expect(mistakes).to_have_count(1)
    expect(mistakes).to_contain_text("dogs")
    page.keyboard.press("a")
    expect(page.get_by_text("1 picture relabelled to cats")).to_be_visible()
    expect(page.get_by_role("heading", name="All of them are settled")).to_be_visible()
    page.get_by_role("switch", name="Show settled").click()
    expect(mistakes).to_contain_text("now cats")
    page.keyboard.press("u")
    expect(mistakes).not_to_contain_text("now cats")
    page.keyboard.press("l")
    page.get_by_role("dialog").get_by_role("combobox").fill("co")
    page.keyboard.press("Enter")
    expect(mistakes).to_contain_text("now cows")
    page.keyboard.press("u")
    expect(mistakes).not_to_contain_text("now cows")
    mistakes.first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("image-dialog")).to_contain_text("a-cat.jpg")


def test_a_version_tells_what_being_unsure_costs_and_what_its_files_are_worth(
    page: Page, check_layout: Callable[[], None]
) -> None:
    page.goto("/models/?version=2")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Of 100 new pictures like these")
    expect(main).to_contain_text("“Not sure” below a confidence of")
    expect(main).to_contain_text("“Unlike the training data”")
    expect(main).to_contain_text("Leaks:")
    expect(main).to_contain_text("95% interval")
    with page.expect_download() as download:
        main.get_by_role("link", name=re.compile("onnx", re.IGNORECASE)).first.click()
    assert download.value.suggested_filename == "tellapart-v2.onnx"
    with page.expect_download() as download:
        main.get_by_role("link", name="Download Class names").click()
    assert download.value.path().read_text().split() == ["cats", "cows", "dogs"]
    main.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_test_id("model-card")).to_contain_text("cows")
    page.keyboard.press("Escape")
    table = main.get_by_role("table", name="Class by class")
    table.get_by_role("button", name="Class", exact=True).click()
    expect(table.get_by_role("row").nth(1)).to_contain_text("cats")
    check_layout()


def test_two_versions_are_compared_image_by_image(
    page: Page, check_layout: Callable[[], None]
) -> None:
    page.goto("/models/")
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page.get_by_role("table", name="Metrics of both versions")).to_contain_text("Accuracy")
    expect(page.get_by_role("main")).to_contain_text("McNemar")
    expect(page.get_by_test_id("only-1").get_by_role("listitem")).to_have_count(0)
    second = page.get_by_test_id("only-2").get_by_role("listitem")
    expect(second.first).to_contain_text("version 1: dogs")
    second.first.get_by_role("button").click()
    expect(page.get_by_test_id("image-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    chosen = page.get_by_label("First version").get_by_role("option", name=re.compile("Version 2"))
    expect(chosen).to_be_disabled()
    check_layout()


def test_a_version_is_promoted_then_rolled_back(page: Page) -> None:
    page.emulate_media(reduced_motion="no-preference")
    page.goto("/models/")
    train = page.get_by_role("link", name="Train a new version")
    expect(train).to_have_attribute("href", "/train/")
    expect(page.get_by_test_id("version-2")).to_be_visible()
    champion = page.get_by_role("complementary")
    expect(champion).to_contain_text("Version 1 in service")
    page.get_by_role("button", name="Put version 2 into service").click()
    confirm = page.get_by_role("dialog")
    confirm.get_by_label("Reason (kept in the history)").fill("It knows cows.")
    confirm.get_by_role("button", name="Put version 2 into service").click()
    expect(champion).to_contain_text("Version 2 in service")
    expect(page.get_by_role("main")).to_contain_text("It knows cows.")

    page.get_by_role("button", name=re.compile("back", re.IGNORECASE)).first.click()
    confirm.get_by_role("button", name=re.compile("back", re.IGNORECASE)).last.click()
    expect(champion).to_contain_text("Version 1 in service")
    versions_without_common_images_say_so(page)


def versions_without_common_images_say_so(page: Page) -> None:
    """From the versions, by the link that compares the two of them."""
    problem = {"detail": "No test picture was answered by both.", "code": "not_comparable"}
    page.route("**/api/models/1/compare/2", lambda route: route.fulfill(status=409, json=problem))
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page.get_by_text("These two cannot be compared")).to_be_visible()
    expect(page.get_by_text("No test picture was answered by both.")).to_be_visible()
