"""Programs of `tests/programs` as a good user of PyTorch would write them, eager and in float64, one module per program.

loss            the program in PyTorch, with the program's own parameters; a loop over time is a loop of Python
SCALAR_LOOPS    True: a step of such a loop handles single numbers, or a fixed handful

ONE_BY_ONE has the programs for which nobody would use PyTorch, with the reason.
"""

ONE_BY_ONE: dict[str, str] = {}
