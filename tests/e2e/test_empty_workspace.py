"""A server over an empty workspace: its first images, its API docs, and what its page may run.

The content security policy lets each page run what was built into it, and nothing else. Blocked
scripts are errors on the console, which the other files see on each page.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tellapart.api.page import FOLDER
from tests.e2e.conftest import Outage, data_tab, serving
from tests.support.images.builders import encode, make_zip, photo
from tests.support.images.planted_images import SIZE, planted

PATIENCE_MS = 120_000
PAGES = sorted(
    f"/{file.parent.relative_to(FOLDER)}/".replace("/./", "/")
    for file in Path(FOLDER).rglob("index.html")
)


@pytest.fixture(scope="module")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over an empty workspace, which tests fill."""
    with serving(tmp_path_factory.mktemp("e2e-empty") / "empty", "/livez") as url:
        yield url


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_script_inside_chooses_the_theme_and_no_other_runs(
    page: Page, errors: list[str], theme: str
) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto("/")
    expect(page.get_by_role("heading").first).to_be_visible()
    expect(page.locator("html.dark")).to_have_count(int(theme == "dark"))
    assert errors == []
    page.evaluate(
        """() => { const script = document.createElement("script");
                   script.textContent = "window.injected = true"; document.body.append(script); }"""
    )
    assert page.evaluate("window.injected") is None


def test_each_page_names_its_scripts(page: Page) -> None:
    assert len(PAGES) > 5
    for path in PAGES:
        headers = page.request.get(path).headers
        assert "'sha256-" in headers["content-security-policy"], path


def test_the_api_docs_need_nothing_from_elsewhere(
    page: Page, errors: list[str], server_url: str
) -> None:
    asked: list[str] = []

    def block(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route(lambda url: not url.startswith((server_url, "data:", "blob:")), block)
    page.goto("/docs")
    operation = page.locator(".opblock", has_text="/api/predict/batch")
    expect(operation).to_be_visible()
    operation.locator("button").first.click()
    expect(operation.get_by_text("Up to 64 images at once").last).to_be_visible()
    page.emulate_media(color_scheme="dark")
    page.wait_for_load_state("networkidle")
    assert asked == []
    assert errors == []


def test_images_come_from_a_zip_are_checked_and_more_come_from_a_folder(
    page: Page,
    outage: Outage,
    errors: list[str],
    tmp_path: Path,
    check_layout: Callable[[], None],
) -> None:
    with outage({"**/api/data-insights": 1}):
        page.goto("/data/")
    imports_and_checks_a_zip(page, tmp_path)
    check_layout()
    with outage({"**/api/quarantine*": 1}):
        page.goto("/data/import/")
    chooses_a_folder(page, tmp_path)
    groups_by_an_expression(page, check_layout)
    errors.clear()  # The browser tells of what was refused.
    sends_it_meanwhile(page)
    check_layout()
    page.get_by_role("link", name="See what is there now").click()
    expect(page.get_by_role("main")).to_contain_text("31")


def imports_and_checks_a_zip(page: Page, tmp_path: Path) -> None:
    """From the empty page to one that tells of the first issues."""
    archive = make_zip(tmp_path / "animals.zip", planted())
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

    page.get_by_role("link", name="See what is there now").click()
    expect(page.get_by_role("main")).to_contain_text("28")
    expect(page.get_by_test_id("class-distribution")).to_be_visible()
    expect(page.get_by_test_id("measures").get_by_role("figure")).to_have_count(5)
    page.get_by_role("button", name="Check now").click()
    job = page.get_by_test_id("job")
    expect(job).to_have_attribute("data-status", "succeeded", timeout=PATIENCE_MS)
    page.get_by_role("button", name="Put away").click()
    expect(page.get_by_test_id("check-state")).to_contain_text("Checked just now")
    leaks = page.get_by_test_id("issue-counts").get_by_role("link", name=re.compile("Leaks"))
    expect(leaks).to_have_attribute("href", "/data/issues/?kind=leak")


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


def chooses_a_folder(page: Page, tmp_path: Path) -> None:
    """Its folders are classes."""
    page.get_by_label("Pictures to add").set_input_files(make_folder(tmp_path / "a") / "notes.txt")
    expect(page.get_by_role("alert").filter(has_text="is no picture")).to_be_visible()
    page.get_by_label("Folder to add").set_input_files(make_folder(tmp_path / "pets"))
    classes = page.get_by_test_id("folder-classes")
    expect(classes).to_have_text("2 classes: cats 2, dogs 1")
    expect(page.get_by_role("main")).to_contain_text("1 file that is no picture is left out")


def groups_by_an_expression(page: Page, check_layout: Callable[[], None]) -> None:
    """What is wrong with the first is said beside it, and all that was chosen is still there."""
    page.get_by_text("More choices").click()
    expect(page.get_by_role("radio", name="Automatically")).to_be_checked()
    expression = page.get_by_label("Regular expression", exact=True)
    expect(expression).to_have_count(0)
    page.get_by_role("radio", name="By a regular expression").click()
    expect(page.get_by_role("button", name="Start the import")).to_be_disabled()
    expression.fill("(cats|dogs")
    check_layout()
    page.get_by_role("button", name="Start the import").click()
    expect(page.get_by_role("alert").filter(has_text="is no regular expression")).to_have_count(1)
    expect(expression).to_have_attribute("aria-invalid", "true")
    expect(expression).to_have_value("(cats|dogs")
    expression.fill("(cats|dogs)")


def sends_it_meanwhile(page: Page) -> None:
    """It is sent while another page is looked at, and tells what it kept together."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/imports?*", hold)
    page.get_by_role("button", name="Start the import").click()
    data_tab(page, "Overview").click()
    upload = page.get_by_test_id("active-upload")
    expect(upload).to_contain_text("Sending pets")
    # Closing the tab would be asked about.
    leave = "window.dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    assert page.evaluate(leave) is False
    held[0].continue_()
    expect(upload).to_have_count(0, timeout=PATIENCE_MS)
    assert page.evaluate(leave) is True
    data_tab(page, "Import").click()
    expect(page.get_by_test_id("import-result")).to_contain_text(
        re.compile("2 groups of 3 pictures.*cats: 2"), timeout=PATIENCE_MS
    )
