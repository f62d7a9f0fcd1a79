"""The page on one origin, as a static host serves it, and the API on another, with a key."""

import functools
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tellapart.api.page import FOLDER
from tellapart.workspace import Workspace
from tests.e2e.conftest import serving
from tests.support.builders import jpeg_bytes
from tests.support.http_server import EmptyAnswers
from tests.support.http_server import serving as serving_files
from tests.support.server import free_port


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """A static host of the page."""
    with serving_files(functools.partial(_Files, directory=str(FOLDER))) as url:  # type: ignore[arg-type]
        yield url


@pytest.fixture(scope="module")
def browser_context_args(host: str) -> dict[str, str]:
    """Pages are relative to the static host."""
    return {"base_url": host}


@pytest.fixture(scope="module")
def api(
    host: str,
    trained_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    copy_workspace: Callable[[Path, Path], Path],
) -> Iterator[tuple[str, str]]:
    """The address of a server that lets that page ask, and a key."""
    folder = copy_workspace(trained_folder, tmp_path_factory.mktemp("other") / "workspace")
    with Workspace(folder) as workspace:
        key = workspace.keys.create("anna", "admin")
        with serving_files(EmptyAnswers) as target:
            workspace.load_test(url=target, scenario="predict", users=1, duration="2s")
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TELLAPART_REQUIRE_KEY", "true")
            patch.setenv("TELLAPART_ALLOWED_ORIGINS", host)
            url = stack.enter_context(serving(folder, "/readyz"))
        yield url, key


def name_api(page: Page, address: str) -> None:
    """What a build with NEXT_PUBLIC_API_URL does: the page reads the address from there."""
    page.add_init_script(f"globalThis.process = {{env: {{NEXT_PUBLIC_API_URL: {address!r}}}}}")


def test_a_page_elsewhere_works_with_a_key(page: Page, host: str, api: tuple[str, str]) -> None:
    url, key = api
    name_api(page, url)
    page.goto(f"{host}/predict/")
    dialog = page.get_by_role("dialog", name="A key is needed")
    expect(dialog).to_contain_text(url)
    dialog.get_by_label("Key").fill("tap_wrong")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("alert")).to_contain_text("none of this server")
    dialog.get_by_label("Key").fill(key)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).not_to_be_visible()
    assert page.context.cookies() == []
    assert page.evaluate("sessionStorage.getItem('tellapart-key')") == key
    file = {"name": "cat.jpg", "mimeType": "image/jpeg", "buffer": jpeg_bytes(look="cats")}
    page.locator("input[type=file]").first.set_input_files(file)  # type: ignore[arg-type]
    expect(page.get_by_text("cats").first).to_be_visible()
    downloads_and_signs_out(page, host)


def downloads_and_signs_out(page: Page, host: str) -> None:
    """What the browser itself would ask for, without the key: images and files."""
    page.goto(f"{host}/data/pictures/")
    thumbnail = page.get_by_role("gridcell").first.locator("img")
    expect(thumbnail).not_to_have_js_property("naturalWidth", 0)
    page.goto(f"{host}/data/")
    with page.expect_download() as report:
        page.get_by_role("main").get_by_role(
            "link", name=re.compile("report", re.IGNORECASE)
        ).click()
    assert "<html" in report.value.path().read_text()
    page.goto(f"{host}/models/?version=1")
    with page.expect_download() as names:
        page.get_by_role("main").get_by_role("link", name="Download Class names").click()
    assert names.value.path().read_text().split() == ["cats", "dogs", "owls"]
    page.get_by_role("link", name="Monitor").first.click()
    load_tests = page.get_by_test_id("loadtests")
    with page.expect_download() as measured:
        load_tests.get_by_role("link", name="Download").click()
    assert re.fullmatch(r"load-test-\w+\.html", measured.value.suggested_filename)
    assert "Locust" in measured.value.path().read_text()
    page.route("**/api/loadtests/*/report", lambda route: route.abort())
    load_tests.get_by_role("link", name="Download").click()
    said = page.get_by_role("region", name=re.compile("Notifications"))
    expect(said).to_contain_text("The file could not be fetched")
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("dialog", name="A key is needed")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0
    expect(page.locator("main")).not_to_contain_text("cats")


def test_an_address_without_cors(
    page: Page, host: str, trained_folder: Path, tmp_path: Path, copy_workspace: Callable[..., Path]
) -> None:
    folder = copy_workspace(trained_folder, tmp_path / "workspace")
    with serving(folder, "/readyz") as url:
        name_api(page, url)
        page.goto(f"{host}/predict/")
        told = page.get_by_test_id("connection")
        expect(told).to_contain_text(f"A server answers at {url}, but not to this page (CORS)")
        expect(told).to_contain_text(f"adds {host} to TELLAPART_ALLOWED_ORIGINS")


def test_an_address_where_nothing_is(page: Page, host: str) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    name_api(page, url)
    page.goto(f"{host}/predict/")
    expect(page.get_by_test_id("connection")).to_contain_text(f"Nothing answers at {url}")
