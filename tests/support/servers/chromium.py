"""Finds a Chromium; `python -m tests.support.servers.chromium` prints its path."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

# The first have no window to draw: a page costs them a quarter less work of the processor.
_NAMES = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


def find_chromium() -> str | None:
    """The path of a Chromium: `CHROMIUM`, one on the PATH, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    on_path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if on_path:
        return on_path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


if __name__ == "__main__":
    found = find_chromium()
    if found is None:
        sys.exit("No Chromium was found.")
    sys.stdout.write(found + "\n")
