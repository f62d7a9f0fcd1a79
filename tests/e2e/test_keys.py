"""A server that needs keys: the page asks for one, once, and gives it back."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tellapart.workspace import Workspace
from tests.e2e.conftest import serving


@pytest.fixture(scope="module")
def guarded(
    trained_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    copy_workspace: Callable[[Path, Path], Path],
) -> Iterator[tuple[str, str]]:
    """The address of a server that needs a key, and a key of scope label."""
    folder = copy_workspace(trained_folder, tmp_path_factory.mktemp("keys") / "workspace")
    with Workspace(folder) as workspace:
        key = workspace.keys.create("anna", "label")
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TELLAPART_REQUIRE_KEY", "true")
            url = stack.enter_context(serving(folder, "/readyz"))
        yield url, key


@pytest.fixture(scope="module")
def browser_context_args(guarded: tuple[str, str]) -> dict[str, str]:
    """Pages are relative to the server that needs a key."""
    return {"base_url": guarded[0]}


def test_the_page_asks_once(
    page: Page, guarded: tuple[str, str], axe: Callable[[Page], list[str]]
) -> None:
    url, key = guarded
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


def test_what_a_key_is_not_good_for(page: Page, guarded: tuple[str, str]) -> None:
    url, key = guarded
    page.request.post(f"{url}/api/session", data={"key": key})
    page.goto(f"{url}/train/")
    page.get_by_role("button", name=re.compile("^Start|^Train")).first.click()
    expect(page.get_by_text("this needs admin").first).to_be_visible()
