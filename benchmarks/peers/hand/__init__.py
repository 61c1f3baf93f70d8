"""Derivatives of some programs of `tests/programs` as somebody writes them by hand for Numba, to be as fast as they can be.

One module per program, of the same name, with `value_and_grad(*args)`: the value, and a tuple with a gradient for each
argument that holds floating-point numbers.  The arguments are left as they are.  The elementary functions are the runtime's
(`s2s_runtime.elementary`), so that what is compared is the loops around them.
"""
