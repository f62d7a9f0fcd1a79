"""Rival: CleanVision, as its manual says, over a folder.

Prints one line of JSON: by issue, the score and the flag of each file; the sets of duplicates; the
seconds it took.

    python benchmarks/rivals/cleanvision_check.py FOLDER [PROCESSES]
"""

import contextlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from cleanvision import Imagelab

ISSUES = ("blurry", "dark", "light", "low_information", "odd_aspect_ratio", "odd_size")


def main() -> None:
    folder, processes = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None
    began = time.perf_counter()
    with Path(os.devnull).open("w") as silence, contextlib.redirect_stdout(silence):
        lab = Imagelab(data_path=folder)
        lab.find_issues(n_jobs=processes)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, **_found(lab)}))


def _found(lab: Any) -> dict[str, Any]:
    names = [Path(path).name for path in lab.issues.index]
    found: dict[str, Any] = {
        issue: dict(
            zip(
                names,
                zip(
                    map(float, lab.issues[f"{issue}_score"]),
                    map(bool, lab.issues[f"is_{issue}_issue"]),
                    strict=True,
                ),
                strict=True,
            )
        )
        for issue in ISSUES
    }
    for issue in ("exact_duplicates", "near_duplicates"):
        sets = lab.info[issue]["sets"]
        found[issue] = [[Path(path).name for path in group] for group in sets]
    return found


if __name__ == "__main__":
    main()
