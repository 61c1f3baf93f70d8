"""NumPy's functions that are written out with functions that have rules, as a user would write them.

In: nothing.  Out: importing this package fills `RULES.definitions`.
"""

from s2s.rules.definitions import arrays, matrices, polynomials, roots, sequences, statistics

FAMILIES = (arrays, matrices, polynomials, roots, sequences, statistics)
