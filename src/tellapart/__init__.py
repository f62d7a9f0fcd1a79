"""Tellapart turns a folder of labelled pictures into an image classifier.

import tellapart

with tellapart.Workspace("workspace") as workspace:
    workspace.import_images("pictures.zip")
    workspace.train()
    print(workspace.predict("cat.jpg").scores)
"""

from tellapart.errors import TellapartError
from tellapart.settings import Settings
from tellapart.version import VERSION
from tellapart.workspace import Workspace

__all__ = ["Settings", "TellapartError", "Workspace", "__version__"]

__version__ = VERSION
