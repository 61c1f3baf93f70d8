"""Derivative rules: `scipy.stats`.  Imported only when a program uses it.

In: methods of its distributions, and its summaries of data.  Out: their rules in `RULES`.  The value is that of the user's call, bit
for bit; the derivative follows from the formula of the density.  Outside of the support it is 0.
"""

from s2s.rules.stats import continuous, counts, discrete, further, on_half_line, several, summaries

FAMILIES = (continuous, counts, discrete, further, on_half_line, several, summaries)

__all__ = ["FAMILIES"]
