"""Optimizers, schedules and clipping: the functions of `s2s_runtime.optim`, under the name that users write."""

from s2s_runtime.optim import *  # noqa: F403
from s2s_runtime.optim import __all__ as __all__
