"""What a user can do: the transforms, their arguments, and what comes back."""

import importlib.util

import pytest

if importlib.util.find_spec("s2s.api") is None:
    pytest.skip("s2s.api does not exist", allow_module_level=True)
