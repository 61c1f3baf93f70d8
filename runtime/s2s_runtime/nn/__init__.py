"""Building blocks of models as plain functions, written in NumPy and differentiated from their source."""

from s2s_runtime.nn import losses

__all__ = ["losses"]
