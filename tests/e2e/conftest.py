"""A real server with a champion for digits, and a real Chromium. All of it in one test process."""

import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tellapart.workspace import Workspace
from tests.support.images.builders import make_folder
from tests.support.images.digit_images import digit_files
from tests.support.made_once import made_once
from tests.support.servers.chromium import find_chromium

# A machine that builds and tests at once may take long to draw a page.
expect.set_options(timeout=20_000)

TELLAPART = str(Path(sys.executable).parent / "tellapart")
ROOT = Path(__file__).parent.parent.parent
WEB = ROOT / "web"
# More than a page shows at once, and than fit in three digits.
DIGITS = 1_100
LABELLED_DIGITS = 200


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    path = find_chromium()
    if path is None:
        pytest.fail("No Chromium was found. Install chromium, or set CHROMIUM to its path.")
    # Fewer processes to start and to talk to: pages are of one origin, and drawn without a GPU.
    few = ["--no-zygote", "--in-process-gpu", "--renderer-process-limit=1"]
    few += ["--disable-site-isolation-trials", "--disable-extensions"]
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", *few]
    return {"executable_path": path, "args": arguments}


@pytest.fixture(scope="module")
def server_url(
    run_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    copy_workspace: Callable[[Path, Path], Path],
) -> Iterator[str]:
    """A server over handwritten digits with a probe in service: a copy for each file of tests."""

    def make(folder: Path) -> None:
        with Workspace(folder) as made:
            files = digit_files(DIGITS)
            # Few have a class, so that training is short.
            labelled = {name: files.pop(name) for name in list(files)[:LABELLED_DIGITS]}
            made.import_images(make_folder(run_folder / "digits-labelled", labelled))
            rest = make_folder(run_folder / "digits-unlabelled", files)
            made.import_images(rest, unlabeled=True)
            made.train(recipe="probe")

    made = made_once(run_folder / "digits", make)
    folder = copy_workspace(made, tmp_path_factory.mktemp("e2e") / "digits")
    with serving(folder, "/readyz") as url:
        yield url


@pytest.fixture(scope="module")
def browser_context_args(server_url: str) -> dict[str, str]:
    """Pages are relative to the server of their file."""
    return {"base_url": server_url}


@pytest.fixture(scope="module")
def window(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """One window for each file of tests: a new one takes a second of processor time."""
    with browser.new_context(**browser_context_args) as context:
        yield context.new_page()


@pytest.fixture
def page(
    window: Page, request: pytest.FixtureRequest, pytestconfig: pytest.Config
) -> Iterator[Page]:
    """The window, wide and light, without what an earlier test has left in it.

    Nothing moves in it: without a GPU each drawn frame is work of the processor.
    """
    window.set_viewport_size({"width": 1280, "height": 720})
    window.emulate_media(color_scheme="light", reduced_motion="reduce")
    yield window
    if pytestconfig.getoption("--screenshot") == "on":
        name = re.sub(r"\W+", "-", request.node.name)
        window.screenshot(path=Path(pytestconfig.getoption("--output")) / f"{name}.png")
    window.unroute_all(behavior="ignoreErrors")
    with suppress(PlaywrightError):  # of a page that was never opened there is nothing to forget
        window.evaluate("localStorage.clear(); sessionStorage.clear()")
    window.context.clear_cookies()
    window.goto("about:blank")


def data_tab(page: Page, name: str) -> Locator:
    """The link to a page of the Data section."""
    return page.get_by_role("navigation", name="Data").get_by_role("link", name=re.compile(name))


@pytest.fixture
def errors(page: Page) -> list[str]:
    """What was thrown, or written to the console as an error, since the test began."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda line: found.append(line.text) if line.type == "error" else None)
    return found


# Calls that fail while a page is opened, each with the number of panels that it fills.
Outage = Callable[[dict[str, int]], AbstractContextManager[None]]


@pytest.fixture
def outage(page: Page, errors: list[str]) -> Outage:
    """Open a page in its block: each panel says what it could not read; then all recover."""

    @contextmanager
    def lost(calls: dict[str, int]) -> Iterator[None]:
        for call in calls:
            page.route(call, lambda route: route.fulfill(status=500, body="no"))
        yield
        retry = page.get_by_role("main").get_by_role("button", name="Try again")
        expect(retry).to_have_count(sum(calls.values()), timeout=30_000)
        page.unroute_all()
        for button in retry.all():
            with suppress(PlaywrightTimeout):  # what is live may have recovered by itself
                button.click(timeout=2_000)
        expect(retry).to_have_count(0)
        errors.clear()

    return lost


@contextmanager
def serving(workspace: Path, sign: str) -> Iterator[str]:
    """A server over a workspace, from when `sign` answers; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with workspace.with_suffix(".log").open("w") as log:
        command = [TELLAPART, "-w", str(workspace), "serve", "--port", str(port)]
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait_until_ready(url + sign, server)
            yield url
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:  # a browser may hold a stream open
                server.kill()
                server.wait()


def _wait_until_ready(url: str, server: "subprocess.Popen[bytes]") -> None:
    # A machine that does much else takes long to start a server.
    for _ in range(1500):
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - ours
                return
        except OSError:
            assert server.poll() is None, "the server stopped"
            time.sleep(0.1)
    pytest.fail("the server did not become ready")


# What axe finds, in words; of these rules, or of all.
Axe = Callable[..., list[str]]
# What colours and the width decide. The rest is the same elements with the same names; those that
# only one of the widths has belong to the frame of all pages, and are checked with the overview.
_RULES_OF_LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"]


@pytest.fixture
def axe() -> Axe:
    """What axe finds on a page that is serious or worse."""
    script = (WEB / "node_modules" / "axe-core" / "axe.min.js").read_text()

    def check(page: Page, rules: list[str] | None = None) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(script)
        options: dict[str, Any] = {"resultTypes": ["violations"], "selectors": False}
        options |= {"preload": False, **({"runOnly": rules} if rules else {})}
        found = page.evaluate("options => axe.run(document, options)", options)
        return [
            f"{violation['id']}: {violation['help']} ({violation['nodes'][0]['html']})"
            for violation in found["violations"]
            if violation["impact"] in ("serious", "critical")
        ]

    return check


@pytest.fixture
def check_layout(page: Page, axe: Axe, errors: list[str]) -> Callable[..., None]:
    """Call it on an open page: it fits and is accessible, wide and light, narrow and dark.

    Nothing was written to the console from its opening on.
    """

    def check(*, narrow_rules: list[str] | None = _RULES_OF_LOOKS) -> None:
        _check_look(page, "light", 1280)
        assert _settled(page, axe, None) == []
        _check_look(page, "dark", 390)
        assert _settled(page, axe, narrow_rules) == []
        assert errors == []

    return check


def _check_look(page: Page, theme: Literal["light", "dark"], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme)
    expect(page.locator("html.dark")).to_have_count(int(theme == "dark"))
    with suppress(PlaywrightTimeout):  # a page that is live never rests
        page.wait_for_load_state("networkidle", timeout=5_000)
    # Charts take the width of their panel a frame later.
    fits = "width => document.documentElement.scrollWidth <= width"
    page.wait_for_function(fits, arg=width, timeout=10_000)


def _settled(page: Page, axe: Axe, rules: list[str] | None) -> list[str]:
    """What axe finds once colours no longer change from one theme to the other."""
    found = axe(page, rules)
    for _ in range(5):
        if not found:
            break
        page.wait_for_timeout(300)
        found = axe(page, rules)
    return found
