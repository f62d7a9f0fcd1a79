"""A small data set with what a check is to find."""

from PIL import ImageEnhance, ImageFilter

from tests.support.images.builders import class_files, encode, photo

SIZE = (160, 120)


def planted() -> dict[str, bytes]:
    """Two classes with a leak, a near-duplicate, a blurry, a dark and a broken image."""
    files = {
        f"train/{name}": data
        for name, data in class_files({"cats": 12, "dogs": 12}, size=SIZE).items()
    }
    smaller = photo(*SIZE, seed=1, look="cats").resize((120, 90))
    files["test/cats/leak.jpg"] = encode(smaller, "JPEG", quality=80)
    again = photo(*SIZE, seed=2, look="dogs").resize((130, 98))
    files["train/dogs/again.jpg"] = encode(again, "JPEG", quality=80)
    blurred = photo(*SIZE, seed=40, look="dogs").filter(ImageFilter.GaussianBlur(9))
    files["train/dogs/blurry.jpg"] = encode(blurred, "JPEG", quality=90)
    dark = ImageEnhance.Brightness(photo(*SIZE, seed=41, look="cats")).enhance(0.05)
    files["train/cats/dark.jpg"] = encode(dark, "JPEG", quality=90)
    files["train/cats/broken.jpg"] = files["train/cats/0003.jpg"][:400]
    return files
