"""The content security policy lets each page run what was built into it, and nothing else.

Blocked scripts are errors on the console, which the other files see on each page.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tellapart.api.page import FOLDER

PAGES = sorted(
    f"/{file.parent.relative_to(FOLDER)}/".replace("/./", "/")
    for file in Path(FOLDER).rglob("index.html")
)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_script_inside_chooses_the_theme(page: Page, theme: str) -> None:
    blocked: list[str] = []
    page.on("console", lambda line: blocked.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: blocked.append(str(error)))
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto("/")
    expect(page.get_by_role("heading").first).to_be_visible()
    expect(page.locator("html.dark")).to_have_count(int(theme == "dark"))
    assert blocked == []


def test_each_page_names_its_scripts(page: Page) -> None:
    assert len(PAGES) > 5
    for path in PAGES:
        headers = page.request.get(path).headers
        assert "'sha256-" in headers["content-security-policy"], path


def test_a_script_that_was_not_built_is_blocked(page: Page) -> None:
    page.goto("/")
    page.evaluate(
        """() => { const script = document.createElement("script");
                   script.textContent = "window.injected = true"; document.body.append(script); }"""
    )
    assert page.evaluate("window.injected") is None
