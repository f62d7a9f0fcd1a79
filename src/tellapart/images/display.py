"""Images as a browser can show them."""

from io import BytesIO

from tellapart.images.decode import decode_image

# These are kept as they came, and shown as PNG.
_NOT_SHOWN = ("TIFF", "PPM")


def displayable(data: bytes, image_format: str, *, max_pixels: int) -> tuple[bytes, str]:
    """The bytes of an image that browsers show, and their media type.

    Raises:
        InvalidImage: it cannot be decoded.
    """
    if image_format not in _NOT_SHOWN:
        return data, f"image/{image_format.lower()}"
    image, _ = decode_image(data, max_pixels=max_pixels)
    file = BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue(), "image/png"
