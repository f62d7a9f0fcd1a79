import os
import warnings

import pytest

from tellapart.features.keras_library import quiet


def test_native_noise_is_kept_off_both_streams(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet():
        os.write(1, b"noise")
        os.write(2, b"noise")
        warnings.warn("noise", stacklevel=1)
    os.write(2, b"ours")
    assert capfd.readouterr() == ("", "ours")


def test_noise_is_shown_when_something_fails(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(OSError, match="Bad file"), quiet():
        os.close(os.write(1, b"what led to it") + 1_000_000)
    assert capfd.readouterr() == ("", "what led to it")
