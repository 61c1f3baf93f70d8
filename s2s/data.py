"""Datasets, loaders and files: the functions of `s2s_runtime.data`, under the name that users write."""

from s2s_runtime.data import *  # noqa: F403
from s2s_runtime.data import __all__ as __all__
