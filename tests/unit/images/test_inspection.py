import pickle
import subprocess
import sys
from io import BytesIO

from tellapart.images.decode import decode
from tellapart.images.inspection import Inspection, Refusal, inspect_images
from tests.support.images.builders import jpeg_bytes, png_bytes

LIMITS = (10**6, 192)
PROCESS = [sys.executable, "-c", "from tellapart.images.inspection import serve; serve()"]


def test_a_image_is_measured_and_gets_a_thumbnail() -> None:
    (found,) = inspect_images([jpeg_bytes(400, 300)], *LIMITS)
    assert isinstance(found, Inspection)
    assert (found.header.format, found.header.width_px, found.header.height_px) == (
        "JPEG",
        400,
        300,
    )
    assert 0 < found.quality.sharpness <= 1
    assert found.thumbnail is not None
    assert max(decode(found.thumbnail, max_pixels=10**6)[0].shape) <= 192 * 4 / 3


def test_a_small_image_is_its_own_thumbnail() -> None:
    for data in (jpeg_bytes(40, 30), png_bytes(40, 30)):
        (found,) = inspect_images([data], *LIMITS)
        assert isinstance(found, Inspection)
        assert found.thumbnail is None


def test_what_is_no_image_is_refused() -> None:
    found = inspect_images([b"", jpeg_bytes(300, 200)[:-3000], png_bytes(1100, 1000)], *LIMITS)
    codes = [one.code for one in found if isinstance(one, Refusal)]
    assert codes == ["not_an_image", "truncated_image", "image_too_large"]


def test_calls_are_answered_in_their_order_until_there_are_no_more() -> None:
    calls = [[jpeg_bytes(seed=seed), b"no picture"] for seed in range(3)]
    asked = b"".join(pickle.dumps((images, *LIMITS)) for images in calls)
    done = subprocess.run(PROCESS, input=asked, capture_output=True, check=True)
    assert done.stderr == b""
    answers = BytesIO(done.stdout)
    for images in calls:
        assert pickle.load(answers) == inspect_images(images, *LIMITS)  # noqa: S301
    assert answers.read() == b""


def test_a_process_loads_little() -> None:
    """Else it would take long to start."""
    program = "import sys, tellapart.images.inspection; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    loaded = set(done.stdout.decode().split())
    assert not {"sqlalchemy", "pydantic", "multiprocessing"} & loaded
