"""Building blocks of models: `s2s.nn.losses`, plain functions that are differentiated from their source."""

from s2s_runtime.nn import losses

__all__ = ["losses"]
