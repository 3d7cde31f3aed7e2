"""The material beside the project that tests compare with: recordings of a real control plane, the vendor's CRDs."""

import os
from pathlib import Path

import pytest

__all__ = ("shared",)

_BESIDE = Path(__file__).resolve().parents[2] / "shared"


def shared(*parts: str) -> Path:
    """A path in the shared material: HEDGEHOG_SHARED, or ``../shared`` from the project's root.

    Skips the test (or module, when called while it loads) with the reason where there is none.
    """
    root = Path(os.environ.get("HEDGEHOG_SHARED") or _BESIDE)
    path = root.joinpath(*parts)
    if not path.exists():
        pytest.skip(
            f"{path} is not there; set HEDGEHOG_SHARED to the folder with testbed/ and recordings/",
            allow_module_level=True,
        )
    return path
