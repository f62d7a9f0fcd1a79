"""A server that needs keys, and its page on two origins: its own, and a static host.

On its own the page asks for a key once and gives it back; on the other it sends the key itself.
"""

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tellapart.api.page import FOLDER
from tellapart.jobs.load_tests import EndpointLoad
from tellapart.loadtest.runner import LoadTestOutcome
from tellapart.workspace import Workspace
from tests.e2e.conftest import Axe, serving
from tests.support.images.builders import jpeg_bytes
from tests.support.servers.http_server import EmptyAnswers
from tests.support.servers.http_server import serving as serving_files
from tests.support.servers.server import free_port

REPORT = b"<html>Locust</html>"
NO_LOAD = dict.fromkeys(EndpointLoad.model_fields, 0) | {"method": "", "name": ""}


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@dataclass(frozen=True)
class Guarded:
    """A server that needs keys, and two of them."""

    url: str
    labeller: str
    admin: str


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """A static host of the page."""
    with serving_files(functools.partial(_Files, directory=str(FOLDER))) as url:  # type: ignore[arg-type]
        yield url


@pytest.fixture(scope="module")
def guarded(
    host: str,
    trained_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    copy_workspace: Callable[[Path, Path], Path],
) -> Iterator[Guarded]:
    """A server with a load test, which lets the page of the static host ask too."""
    folder = copy_workspace(trained_folder, tmp_path_factory.mktemp("keys") / "workspace")
    with Workspace(folder) as workspace, pytest.MonkeyPatch.context() as patch:
        keys = (workspace.keys.create("anna", "label"), workspace.keys.create("berta", "admin"))
        outcome = LoadTestOutcome(EndpointLoad.model_validate(NO_LOAD), [], [], [], REPORT)
        patch.setattr(
            "tellapart.workflows.serving.run_load_test.run_locust", lambda *_, **__: outcome
        )
        with serving_files(EmptyAnswers) as target:
            workspace.load_test(url=target)
        patch.setenv("TELLAPART_REQUIRE_KEY", "true")
        patch.setenv("TELLAPART_ALLOWED_ORIGINS", host)
        with serving(folder, "/readyz") as url:
            yield Guarded(url, *keys)


@pytest.fixture(scope="module")
def browser_context_args(guarded: Guarded) -> dict[str, str]:
    """Pages are relative to the server that needs a key."""
    return {"base_url": guarded.url}


def test_the_page_asks_once(page: Page, guarded: Guarded, axe: Axe) -> None:
    url, key = guarded.url, guarded.labeller
    page.goto(url)
    dialog = page.get_by_role("dialog", name="A key is needed")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Key").fill("tap_wrong")
    dialog.get_by_role("button", name="Sign in").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("none of this server")
    assert axe(page) == []
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html.dark")).to_have_count(1)
    assert axe(page) == []
    dialog.get_by_label("Key").fill(key)
    dialog.get_by_label("Key").press("Enter")
    expect(dialog).not_to_be_visible()
    expect(page.get_by_test_id("connection")).to_be_empty()
    with page.expect_response(lambda answer: "size=thumb" in answer.url) as image:
        page.goto(f"{url}/data/pictures/")
    assert image.value.status == 200
    assert key not in page.evaluate("document.cookie + JSON.stringify({...localStorage})")
    assert page.evaluate("sessionStorage.length") == 0
    page.get_by_role("button", name="Sign out").first.press("Enter")
    expect(dialog).to_be_visible()
    assert page.request.get(f"{url}/api/images").status == 401


def test_what_a_key_is_not_good_for(page: Page, guarded: Guarded) -> None:
    url, key = guarded.url, guarded.labeller
    page.request.post(f"{url}/api/session", data={"key": key})
    page.goto(f"{url}/train/")
    page.get_by_role("button", name=re.compile("^Start|^Train")).first.click()
    expect(page.get_by_text("this needs admin").first).to_be_visible()


def open_elsewhere(page: Page, origin: str, address: str) -> None:
    """Open the page of a build with NEXT_PUBLIC_API_URL, which reads the address from there."""
    build = f"globalThis.process = {{env: {{NEXT_PUBLIC_API_URL: {address!r}}}}}"
    page.add_init_script(f"if (location.origin === {origin!r}) {build}")
    page.goto(f"{origin}/predict/")


def test_a_page_elsewhere_works_with_a_key(page: Page, host: str, guarded: Guarded) -> None:
    url, key = guarded.url, guarded.admin
    open_elsewhere(page, host, url)
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
    page.get_by_role("navigation", name="Data").get_by_role("link", name="Overview").click()
    with page.expect_download() as report:
        page.get_by_role("main").get_by_role(
            "link", name=re.compile("report", re.IGNORECASE)
        ).click()
    assert "<html" in report.value.path().read_text()
    page.get_by_role("link", name="Version 1 in service").first.click()
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


def test_an_address_without_cors(page: Page, host: str, guarded: Guarded) -> None:
    stranger = host.replace("127.0.0.1", "localhost")
    open_elsewhere(page, stranger, guarded.url)
    told = page.get_by_test_id("connection")
    expect(told).to_contain_text(f"A server answers at {guarded.url}, but not to this page (CORS)")
    expect(told).to_contain_text(f"adds {stranger} to TELLAPART_ALLOWED_ORIGINS")


def test_an_address_where_nothing_is(page: Page, host: str) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    open_elsewhere(page, host, url)
    expect(page.get_by_test_id("connection")).to_contain_text(f"Nothing answers at {url}")
