"""The browsable description of the API, on a machine without internet."""

from playwright.sync_api import Page, Route, expect


def test_it_needs_nothing_from_elsewhere(page: Page, server_url: str) -> None:
    asked: list[str] = []
    errors: list[str] = []

    def block(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route(lambda url: not url.startswith((server_url, "data:", "blob:")), block)
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/docs")
    operation = page.locator(".opblock", has_text="/api/predict/batch")
    expect(operation).to_be_visible()
    operation.locator("button").first.click()
    expect(operation.get_by_text("Up to 64 images at once").last).to_be_visible()
    page.emulate_media(color_scheme="dark")
    page.wait_for_load_state("networkidle")
    assert asked == []
    assert errors == []
