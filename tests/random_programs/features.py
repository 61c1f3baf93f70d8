"""What programs may consist of, by name, so that each part can be left out.

Beside scalars, arrays and assignments, which are always there.
"""

from __future__ import annotations

CONTROL = frozenset("loops nested while exits returns branches ternary iteration data_indices data_bounds".split())
"""Statements that steer; `exits` are break and continue, `data_*` are indices and bounds computed from floats."""

STRUCTURE = frozenset("helpers arrays_back deep tuples lists appends closures same_array swaps dead allocation results".split())
"""Calls and containers; `arrays_back` are helpers that return arrays, `deep` are helpers that call helpers."""

READS = frozenset("matrices views slices moving_slices fancy masks reductions broadcasting comprehensions aliases zero_d".split())
"""Ways to read arrays; a `moving_slice` has bounds that are known only at run time."""

WRITES = frozenset(
    "element_stores slice_stores fancy_stores mask_stores augmented_arrays array_swaps self_stores "
    "mutating_helpers mutating_closures list_stores filling ufunc_writes writes_through".split()
)
"""Ways to write into arrays; `filling` is np.empty and then a loop, `writes_through` a view bound and written."""

SHARING = frozenset("holders objects kept_arrays array_aliases".split())
"""Ways to hold an array twice; `kept_arrays` are in lists that grow, `holders` are dicts, and objects with `objects`."""

CATALOGUE = frozenset({"catalogue"})
"""Calls of every function that has a rule, with the arguments of the rule's cases."""

NAMES = frozenset({"names"})
"""Instead of all others: the small programs of `names`."""

MOST_REFUSED_OF_NAMES = 24
"""Of the thirty of a test: nearly every statement asks who holds an array."""

TESTED = CONTROL | STRUCTURE | READS | WRITES | SHARING
ALL = TESTED | CATALOGUE
MOST_REFUSED = 15
"""Per hundred of the programs that are tested: many hold an array twice, in ways that cannot all be told apart."""

GROUPS = {
    "all": ALL, "control": CONTROL, "structure": STRUCTURE, "reads": READS, "writes": WRITES, "sharing": SHARING, "tested": TESTED,
    "names": NAMES,
}  # fmt: skip


def chosen(names: str, start: frozenset[str] = frozenset()) -> frozenset[str]:
    """The features that a text names: features or groups, separated by commas, each with a minus to leave it out.

    >>> sorted(chosen("loops,while,-loops"))
    ['while']
    """
    features = start
    for word in filter(None, names.split(",")):
        name = word.removeprefix("-")
        group = GROUPS.get(name, frozenset({name}))
        if not group <= ALL | NAMES:
            raise ValueError(f"{name} is no feature; there are {', '.join(sorted(GROUPS | dict.fromkeys(ALL)))}")
        features = features - group if word.startswith("-") else features | group
    return features
