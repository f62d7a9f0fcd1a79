"""Overview and Monitor over the digits' champion. The tests share one server."""

import json
import re
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.e2e.conftest import Axe, Outage
from tests.support.images.builders import encode
from tests.support.images.digit_images import digit_image
from tests.support.servers.server import free_port


def png(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": data}


def ask(page: Page, count: int) -> None:
    """Pictures of digits, and one request that is none."""
    for number in range(count):
        file = png(f"{number}.png", encode(Image.new("L", (8, 8), 20 * number % 256), "PNG"))
        assert page.request.post("/api/predict", multipart={"file": file}).ok
    bad = png("notes.png", b"not a picture")
    assert page.request.post("/api/predict", multipart={"file": bad}).status == 422


def test_the_overview_tells_the_champion_and_answers(
    page: Page, outage: Outage, check_layout: Callable[..., None]
) -> None:
    with outage({"**/api/models*": 2, "**/api/jobs*": 1}):
        page.goto("/")
    expect(page.get_by_role("heading", name="Version 1 is in service")).to_be_visible()
    champion = page.get_by_test_id("champion")
    expect(champion).to_contain_text(re.compile(r"of \d+ test pictures, 95% interval"))
    expect(page.get_by_test_id("activity")).to_contain_text("Version 1 came into service")
    expect(page.get_by_test_id("activity")).to_contain_text("Version 1 of the data")
    page.get_by_label("Pictures to predict").set_input_files(png("4.png", digit_image(4)))
    card = page.get_by_test_id("prediction")
    expect(card.get_by_test_id("label")).to_have_text("4")
    expect(card.get_by_test_id("confidence")).to_contain_text("%")
    expect(card).to_contain_text("version 1")
    expect(page.get_by_test_id("attention")).to_be_visible()
    check_layout(narrow_rules=None)
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(page.get_by_role("heading", level=1, name="Monitor")).to_be_visible()


def test_the_monitor_is_live_and_tells_a_lost_connection(
    page: Page, outage: Outage, check_layout: Callable[[], None]
) -> None:
    calls = {
        "**/api/monitoring/events*": 0,
        "**/api/monitoring/summary*": 3,
        "**/api/monitoring/timeseries*": 1,
        "**/api/monitoring/drift*": 1,
        "**/api/predictions*": 1,
    }
    with outage(calls):
        page.goto("/monitor/?window=15m")
        expect(page.get_by_test_id("live")).to_have_text("Connection lost, retrying")
    expect(page.get_by_test_id("live-figures")).to_be_visible()
    expect(page.get_by_test_id("live")).to_have_text("Live")
    figures = page.get_by_test_id("window-figures")
    expect(figures).to_contain_text("nobody has said whether an answer was right")
    expect(figures).to_contain_text("not measured yet")
    expect(page.get_by_test_id("drift")).to_contain_text(re.compile(r"was tested on \d+ pictures"))
    ask(page, 12)
    live = page.get_by_test_id("live-figures")
    expect(live).to_contain_text("Ready")
    expect(live).to_contain_text(re.compile(r"[1-9]\d requests in the last minute"))
    rows = page.get_by_test_id("predictions").get_by_role("row")
    expect(rows.filter(has_text="not a picture")).not_to_have_count(0)
    expect(page.get_by_test_id("failures")).to_contain_text("HTTP 422", timeout=30_000)
    charts = page.get_by_test_id("window-charts").get_by_role("figure")
    expect(charts).to_have_count(4)
    charts.first.get_by_role("button", name=re.compile("as table")).click()
    expect(charts.first.get_by_role("row").nth(1)).to_be_visible()
    page.get_by_role("radio", name="Failed").click()
    expect(rows.filter(has_not_text="not a picture")).to_have_count(1)  # the head
    page.get_by_role("radio", name="24 h").click()
    expect(page).to_have_url(re.compile(r"window=24h$"))
    check_layout()


def several_at_once_and_one_of_them_bad(page: Page) -> None:
    """Each has a card; the one that cannot be read says what can."""
    digits = [png(f"{number}.png", digit_image(number)) for number in (0, 1)]
    files = [*digits, png("notes.png", b"not a picture")]
    page.get_by_label("Pictures to predict").set_input_files(files)
    cards = page.get_by_test_id("prediction")
    expect(cards).to_have_count(3)
    expect(cards.get_by_test_id("label")).to_have_count(2)
    expect(cards.filter(has_text="notes.png")).to_contain_text("JPEG")


def test_predictions_are_told_and_a_stranger_is_not_headlined_with_a_class(
    page: Page, errors: list[str], check_layout: Callable[[], None]
) -> None:
    scores = [{"label": "3", "score": 0.6}, {"label": "8", "score": 0.4}]
    answer = {
        "prediction_id": "x", "model_version": 1, "label": "3", "confidence": 0.6,
        "abstained": True, "abstained_because": "low_confidence", "distance_score": 0.9,
        "explanation": None, "predictions": scores,
        "timing_ms": {"decode": 1, "queue": 0, "inference": 2, "total": 3},
    }  # fmt: skip
    answers = iter([answer, {**answer, "abstained_because": "unlike_training_data"}])

    def stranger(route: Route) -> None:
        route.fulfill(status=200, content_type="application/json", body=json.dumps(next(answers)))

    page.goto("/predict/")
    several_at_once_and_one_of_them_bad(page)
    errors.clear()  # the refused file is one
    page.get_by_role("button", name="Clear").click()
    page.route("**/api/predict?*", stranger)
    chosen = png("a.png", encode(Image.new("L", (8, 8), 90), "PNG"))
    page.get_by_label("Pictures to predict").set_input_files(chosen)
    labels = page.get_by_test_id("prediction").get_by_test_id("label")
    expect(labels).to_have_text("Not sure: 3 or 8")
    expect(page.get_by_test_id("guess")).to_have_text("Best guess: 3, 60.0%")
    page.get_by_label("Pictures to predict").set_input_files(chosen)
    expect(labels.first).to_have_text("Nothing it knows")
    check_layout()


def test_a_load_test_is_begun_seen_and_kept(page: Page, server_url: str, axe: Axe) -> None:
    def shorter(route: Route) -> None:
        route.continue_(post_data={**(route.request.post_data_json or {}), "duration_s": 4})

    page.route(
        "**/api/loadtests",
        lambda route: shorter(route) if route.request.method == "POST" else route.continue_(),
    )
    page.goto("/monitor/")
    page.get_by_label("users").fill("2")
    server = page.get_by_label("Server on this machine")
    said = page.get_by_role("region", name=re.compile("Notifications"))
    for address, why in [
        ("http://example.org", "example.org is not this machine"),
        (f"http://127.0.0.1:{free_port()}", "No Tellapart server answers"),
    ]:
        server.fill(address)
        server.press("Enter")
        expect(said).to_contain_text(why)
    server.fill("")
    server.press("Enter")
    job = page.get_by_test_id("job")
    expect(job).to_have_attribute("data-status", "running")
    page.get_by_role("button", name="Start", exact=True).press("Enter")
    expect(said).to_contain_text("Wait for its end")
    expect(job).to_contain_text("by 2 users")
    assert axe(page) == []
    expect(job).to_have_attribute("data-status", "succeeded", timeout=60_000)
    kept = page.get_by_test_id("loadtests").get_by_role("row").nth(1)
    expect(kept).to_contain_text(f"at {server_url.removeprefix('http://')}")
    expect(kept).to_contain_text(re.compile(r"cores?; Tellapart \d"))
    with page.expect_popup() as opened:
        kept.get_by_role("link", name="Open").press("Enter")
    expect(opened.value.get_by_text("Locust Test Report")).to_be_visible()
