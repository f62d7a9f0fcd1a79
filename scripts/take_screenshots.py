"""Takes the images of the page that the README shows, of a fresh demo of the digits."""

import io
import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import FilePayload, Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.servers.chromium import find_chromium  # noqa: E402 - after the path that it is on

IMAGES = ROOT / "docs" / "images"
TELLAPART = str(Path(sys.executable).parent / "tellapart")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        command = [TELLAPART, "-w", f"{folder}/digits", "demo", "--port", str(port)]
        server = subprocess.Popen(command)
        try:
            wait_until_ready(url)
            take(url)
        finally:
            server.terminate()
            server.wait(20)


def wait_until_ready(url: str) -> None:
    while True:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.2)


def wait_until_idle(url: str) -> None:
    while json.loads(read(f"{url}/api/workspace"))["active_job"] is not None:
        time.sleep(1)


def take(url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, device_scale_factor=1)
        wait_until_idle(url)
        page.goto(f"{url}/predict/")
        page.get_by_label("Pictures to predict").set_input_files(test_images(url))
        page.locator("[data-testid=prediction][data-state=done]").nth(7).wait_for()
        shoot(page, "predict")
        page.goto(f"{url}/train/")
        shoot(page, "train")
        for section in ("pictures", "map"):
            page.goto(f"{url}/data/{section}/")
            shoot(page, section)
        page.goto(f"{url}/data/issues/?kind=label")
        shoot(page, "issues")
        page.goto(f"{url}/models/?version=1")
        shoot(page, "version")
        load(page, url)
        page.goto(f"{url}/monitor/?window=15m")
        page.set_viewport_size({"width": 1280, "height": 1650})
        shoot(page, "monitor")
        page.set_viewport_size({"width": 1280, "height": 800})
        bring_unlabelled(page, url)
        page.goto(f"{url}/improve/")
        shoot(page, "improve")
        browser.close()


def bring_unlabelled(page: Page, url: str) -> None:
    """Import digits that are turned a little, without their classes, and ask the champion."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        for number, item in enumerate(json.loads(read(f"{url}/api/images?limit=40"))["items"]):
            turned = io.BytesIO()
            digit = Image.open(io.BytesIO(read(f"{url}{item['file']}")))
            digit.resize((32, 32)).rotate(8 + number % 7).save(turned, "PNG")
            files.writestr(f"{number}.png", turned.getvalue())
    sent: FilePayload
    sent = {"name": "new.zip", "mimeType": "application/zip", "buffer": archive.getvalue()}
    page.request.post(f"{url}/api/imports?unlabeled=true", multipart={"file": sent})
    wait_until_idle(url)
    read(f"{url}/api/review")  # the first question has the champion asked
    time.sleep(2)
    wait_until_idle(url)


def load(page: Page, url: str) -> None:
    """Ask for predictions as several users do, and wait until they have gone."""
    options = {"scenario": "all", "users": 4, "duration_s": 30}
    test = page.request.post(f"{url}/api/loadtests", data=options).json()
    while json.loads(read(f"{url}/api/loadtests/{test['id']}"))["finished_at"] is None:
        time.sleep(1)
    wait_until_idle(url)


def test_images(url: str) -> list[FilePayload]:
    """One image of each of eight classes that the model has not learned from."""
    files: list[FilePayload] = []
    for digit in range(8):
        address = f"{url}/api/images?split=test&label={digit}&limit=1"
        item = json.loads(read(address))["items"][0]
        data = read(f"{url}{item['file']}")
        files.append({"name": f"digit-{digit}.png", "mimeType": "image/png", "buffer": data})
    return files


def read(address: str) -> bytes:
    with urllib.request.urlopen(address) as response:  # noqa: S310 - our own server
        return bytes(response.read())


def shoot(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    page.screenshot(path=str(IMAGES / f"{name}.png"))


if __name__ == "__main__":
    main()
