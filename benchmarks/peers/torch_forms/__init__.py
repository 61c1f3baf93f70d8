"""Programs of `tests/programs` as a good user of PyTorch would write them, eager and in float64, one module per program.

loss            the program in PyTorch, with the program's own parameters; a loop over time is a loop of Python
SCALAR_LOOPS    True: a step of such a loop handles single numbers, or a fixed handful

ONE_BY_ONE has the programs for which nobody would use PyTorch, with what they do number by number.
"""

ONE_BY_ONE = {
    "adaptive_quadrature": "each interval is halved, or not, by what two sums of three values say",
    "adaptive_step": "a step of two numbers is accepted, or not, by its own error",
    "american_put": "sweeps over cells, each of which needs the one before it, until nothing changes",
    "metropolis_rotors": "one rotor after the other is turned, or not",
    "sparse_rows": "sweeps over the rows of a sparse matrix, each of which needs those before it",
}
