"""Where the things that answers name are served."""

from typing import Literal

Size = Literal["thumb", "full"]


def file_address(image_id: int, size: Size) -> str:
    """Where the bytes of an image are served."""
    return f"/api/images/{image_id}/file?size={size}"
