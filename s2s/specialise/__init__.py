"""From syntax to a typed, functional program: names resolved, calls inlined, branches on known values taken."""

from s2s.specialise.machine import Machine, Specialised, parameter_names, specialise

__all__ = ["Machine", "Specialised", "parameter_names", "specialise"]
