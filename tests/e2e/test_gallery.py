"""All images in one gallery: find, select, change, undo. What a test changes it takes back."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import DIGITS, Axe, Outage


def open_gallery(page: Page, query: str = "") -> Locator:
    """The images that can be seen."""
    page.goto(f"/data/pictures/{query}")
    cells = page.get_by_role("gridcell")
    expect(cells.first).to_be_visible()
    return cells


def count(page: Page) -> int:
    """How many images the page says that it has found."""
    # While it is looking, the status has no number.
    status = page.get_by_role("main").get_by_role("status").filter(has_text=re.compile(r"\d"))
    words = status.first.inner_text()
    return int(re.sub(r"\D", "", words))


def test_only_what_is_near_is_in_the_page_and_filters_are_in_the_address(
    page: Page, outage: Outage
) -> None:
    with outage({"**/api/images/ids*": 1}):
        page.goto("/data/pictures/")
    cells = page.get_by_role("gridcell")
    expect(cells.first).to_be_visible()
    assert count(page) == DIGITS
    grid = page.get_by_test_id("image-grid")
    rows = int(grid.get_attribute("aria-rowcount") or 0)
    columns = int(grid.get_attribute("aria-colcount") or 0)
    assert rows == -(-count(page) // columns)
    assert cells.count() < 200
    page.keyboard.press("Control+End")
    expect(page.get_by_role("row").last).to_have_attribute("aria-rowindex", str(rows))
    expect(page.locator(":focus")).to_have_role("gridcell")
    assert cells.count() < 200
    shown = page.locator(":focus img")
    expect(shown).to_have_js_property("naturalWidth", 8)
    filters_are_in_the_address(page)


def filters_are_in_the_address(page: Page) -> None:
    """So that what they found can be told by a link."""
    everything = count(page)
    page.get_by_label("Split").select_option(label="Validation")
    page.get_by_role("searchbox").fill("9")
    expect(page).to_have_url(re.compile(r"\?split=validation&q=9$"))
    found = len(page.request.get("/api/images/ids?split=validation&q=9").json()["ids"])
    assert 0 < found < everything
    expect(page.get_by_text(f"{found} pictures found")).to_be_visible()
    page.reload()
    expect(page.get_by_text(f"{found} pictures found")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page).to_have_url(re.compile("/data/pictures/$"))


def test_keys_select_relabel_and_undo(page: Page, axe: Axe) -> None:
    open_gallery(page, "?label=3&split=train")
    before = count(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_have_attribute(
        "aria-label", re.compile(r"^3, train, picture \d+$")
    )
    page.keyboard.press("x")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    bar = page.get_by_test_id("selection-bar")
    expect(bar).to_contain_text("4 selected")
    page.keyboard.press("l")
    page.get_by_role("combobox", name="Class of 4 pictures").fill("nine")
    expect(page.get_by_role("option", name="New class “nine”")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_text("4 pictures relabelled to nine")).to_be_visible()
    expect(page.get_by_text(f"{before - 4} pictures found")).to_be_visible()
    expect(bar).to_be_hidden()
    # Keys are for the dialog until it has closed.
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("u")
    expect(page.get_by_text("Undone: 4 pictures relabelled to nine")).to_be_visible()
    expect(page.get_by_text(f"{before} pictures found")).to_be_visible()


def test_the_mouse_selects_and_all_are_excluded_at_once(page: Page) -> None:
    cells = open_gallery(page, "?label=5&split=train")
    before = count(page)
    bar = page.get_by_test_id("selection-bar")
    cells.nth(1).click()
    cells.nth(4).click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 selected")
    cells.nth(2).click(modifiers=["Control"])
    cells.nth(6).click(position={"x": 12, "y": 12})
    expect(bar).to_contain_text("4 selected")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    page.keyboard.press("Control+a")
    expect(bar).to_contain_text(f"{before} selected")
    bar.get_by_role("button", name="Exclude").click()
    expect(page.get_by_role("heading", name="No picture matches")).to_be_visible()
    page.get_by_role("button", name="Excluded").click()
    expect(page.get_by_text(f"{before} pictures found")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="No picture matches")).to_be_visible()


def test_a_link_opens_a_image_and_the_arrows_lead_on(
    page: Page, check_layout: Callable[[], None]
) -> None:
    open_gallery(page, "?label=7")
    expect(page.get_by_label("Class", exact=True)).to_have_value("7")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    dialog = page.get_by_test_id("image-dialog")
    expect(dialog).to_contain_text(re.compile(r"2 of \d+"))
    page.keyboard.press("ArrowRight")
    expect(dialog).to_contain_text(re.compile(r"3 of \d+"))
    page.reload()
    expect(dialog).to_contain_text(re.compile(r"3 of \d+"))
    expect(dialog.get_by_role("region", name="Scores")).to_contain_text("Blurry")
    page.keyboard.press("e")
    title = dialog.get_by_role("heading", level=2)
    expect(title).to_contain_text("excluded")
    page.keyboard.press("u")
    expect(title).not_to_contain_text("excluded")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page).to_have_url(re.compile(r"\?label=7$"))
    expect(page.locator(":focus")).to_have_role("gridcell")
    page.keyboard.press("x")
    expect(page.get_by_test_id("selection-bar")).to_be_visible()
    check_layout()
    page.get_by_role("gridcell", selected=True).press("Enter")
    expect(page.get_by_role("region", name="Scores")).to_be_visible()
    check_layout()
