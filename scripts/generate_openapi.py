"""Writes web/openapi.json, from which the page's TypeScript client is generated."""

import json
from pathlib import Path

from tellapart.api.app import create_app

TARGET = Path(__file__).parent.parent / "web" / "openapi.json"


def document() -> str:
    return json.dumps(create_app().openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(document())
