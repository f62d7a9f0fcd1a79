"""Tellapart turns a folder of labelled images into an image classifier.

import tellapart

with tellapart.Workspace("workspace") as workspace:
    workspace.import_images("images.zip")
    workspace.train()
    print(workspace.predict("cat.jpg").scores)
"""

from typing import TYPE_CHECKING, Any

from tellapart.errors import TellapartError
from tellapart.version import VERSION

if TYPE_CHECKING:
    from tellapart.settings import Settings
    from tellapart.workspace import Workspace

__all__ = ["Settings", "TellapartError", "Workspace", "__version__"]

__version__ = VERSION


def __getattr__(name: str) -> Any:
    # A server imports this package too, and must not load what only training needs; nor must the
    # processes that only look at images load the settings.
    if name == "Settings":
        from tellapart.settings import Settings

        return Settings
    if name == "Workspace":
        from tellapart.workspace import Workspace

        return Workspace
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
