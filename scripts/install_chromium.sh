#!/usr/bin/env bash
# Makes sure that there is a Chromium for the browser tests, the way this machine allows.
set -euo pipefail
cd "$(dirname "$0")/.."

found() { .venv/bin/python -m tests.support.servers.chromium >/dev/null 2>&1; }

found && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium (system package)"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq || true
  apt-get install -y -qq chromium-headless-shell >/dev/null 2>&1 || apt-get install -y -qq chromium >/dev/null || true
  found && exit 0
fi
echo "Installing Chromium (Playwright's download)"
.venv/bin/playwright install chromium || true
found || echo "No Chromium was found: the browser tests will fail. Install chromium, or set CHROMIUM to its path." >&2
