"""Writes web/openapi.json, from which the page's TypeScript client is generated.

With `--check`, only tells whether it is up to date.
"""

import json
import sys
from pathlib import Path

from tellapart.api.app import create_app

TARGET = Path(__file__).parent.parent / "web" / "openapi.json"


def main() -> None:
    document = json.dumps(create_app().openapi(), indent=2, ensure_ascii=False) + "\n"
    if "--check" not in sys.argv:
        TARGET.write_text(document, encoding="utf-8")
    elif TARGET.read_text(encoding="utf-8") != document:
        sys.exit("web/openapi.json is out of date: run `make openapi`.")


if __name__ == "__main__":
    main()
