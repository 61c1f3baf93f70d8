"""Layers as functions: those of `s2s_runtime.nn`, under the name that users write."""

from s2s_runtime.nn import *  # noqa: F403
from s2s_runtime.nn import __all__ as __all__
