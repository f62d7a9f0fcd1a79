"""No page is blocked by its own content security policy."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tellapart.api.page import FOLDER

PAGES = sorted(
    f"/{file.parent.relative_to(FOLDER)}/".replace("/./", "/")
    for file in Path(FOLDER).rglob("index.html")
)


@pytest.mark.parametrize(
    ("theme", "paths"), [("light", PAGES), ("dark", ["/"])], ids=["light", "dark"]
)
def test_no_script_or_style_is_blocked(page: Page, theme: str, paths: list[str]) -> None:
    blocked: list[str] = []
    page.on(
        "console",
        lambda line: blocked.append(line.text) if "Security Policy" in line.text else None,
    )
    page.on("pageerror", lambda error: blocked.append(str(error)))
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    assert len(PAGES) > 5
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert "'sha256-" in answer.headers["content-security-policy"]
        expect(page.get_by_role("heading").first).to_be_visible()
        assert (page.evaluate("document.documentElement.className").count("dark") > 0) == (
            theme == "dark"
        ), "the script inside has chosen the theme"
    assert blocked == []


def test_a_script_that_was_not_built_is_blocked(page: Page) -> None:
    page.goto("/")
    page.evaluate(
        """() => { const script = document.createElement("script");
                   script.textContent = "window.injected = true"; document.body.append(script); }"""
    )
    assert page.evaluate("window.injected") is None
