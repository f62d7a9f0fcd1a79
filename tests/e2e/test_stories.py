"""What a user does on the page, in the order of a first day. The tests share one server."""

import re
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.conftest import DIGITS, Outage
from tests.support.builders import make_zip
from tests.support.digit_images import digit_image

PATIENCE_MS = 120_000


def png(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": data}


def written(count: int) -> re.Pattern[str]:
    """Whatever separates the thousands."""
    return re.compile(f"{count:,}".replace(",", "."))


def test_several_at_once_and_one_of_them_bad(page: Page) -> None:
    page.goto("/predict/")
    page.get_by_label("Pictures to predict").set_input_files(
        [
            png("zero.png", digit_image(0)),
            png("one.png", digit_image(1)),
            png("notes.png", b"not a picture"),
        ]
    )
    cards = page.get_by_test_id("prediction")
    expect(cards).to_have_count(3)
    expect(cards.get_by_test_id("label")).to_have_count(2)
    expect(cards.filter(has_text="notes.png")).to_contain_text("JPEG")


def test_a_zip_changes_the_counts(page: Page, outage: Outage, tmp_path: Path) -> None:
    with outage({"**/api/data-insights": 1}):
        page.goto("/data/")
    expect(page.get_by_test_id("class-distribution")).to_be_visible()
    main = page.get_by_role("main")
    expect(main).to_contain_text(written(DIGITS))
    new = {f"{n % 10}/new-{n}.png": digit_image(n, shift=1) for n in range(10)}
    new["3/broken.png"] = digit_image(3)[:60]
    archive = make_zip(tmp_path / "more.zip", new)

    page.get_by_role("link", name="Import pictures").click()
    page.get_by_label("Pictures to add").set_input_files(archive)
    page.get_by_role("button", name="Start the import").click()

    result = page.get_by_test_id("import-result")
    expect(result).to_be_visible(timeout=PATIENCE_MS)
    expect(result).to_contain_text("10")
    expect(page.get_by_test_id("quarantine")).to_contain_text("3/broken.png")
    page.get_by_role("link", name="See what is there now").click()
    expect(main).to_contain_text(written(DIGITS + 10))


def test_a_new_version_is_promoted_then_rolled_back(page: Page) -> None:
    page.emulate_media(reduced_motion="no-preference")
    page.goto("/models/")
    page.get_by_role("link", name="Train a new version").click()
    page.get_by_role("radio", name="Quick").click()
    page.get_by_role("radio", name="Not by itself").click()
    page.get_by_role("button", name="Start training").click()

    result = page.get_by_test_id("training-result")
    expect(result).to_contain_text("Version 2", timeout=PATIENCE_MS)
    page.goto("/models/")
    expect(page.get_by_test_id("version-2")).to_be_visible()

    champion = page.get_by_role("complementary")
    expect(champion).to_contain_text("Version 1 in service")
    page.get_by_role("button", name="Put version 2 into service").click()
    confirm = page.get_by_role("dialog")
    confirm.get_by_label("Reason (kept in the history)").fill("It knows the new digits.")
    confirm.get_by_role("button", name="Put version 2 into service").click()
    expect(champion).to_contain_text("Version 2 in service")
    expect(page.get_by_role("main")).to_contain_text("It knows the new digits.")

    page.get_by_role("button", name=re.compile("back", re.IGNORECASE)).first.click()
    confirm.get_by_role("button", name=re.compile("back", re.IGNORECASE)).last.click()
    expect(champion).to_contain_text("Version 1 in service")


def test_a_version_tells_all(page: Page) -> None:
    page.goto("/models/?version=1")
    main = page.get_by_role("main")
    expect(main.get_by_role("table", name=re.compile("Confusion matrix"))).to_be_visible()
    expect(main).to_contain_text("95% interval")
    with page.expect_download() as download:
        main.get_by_role("link", name=re.compile("onnx", re.IGNORECASE)).first.click()
    assert download.value.suggested_filename == "tellapart-v1.onnx"
