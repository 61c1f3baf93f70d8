"""Four programs that are measured beside those of `tests/programs`, in the same form: `loss`, and `arguments(rng, n)`.

WRT     the positions of the arguments by which is differentiated, where these are not all that hold floating-point numbers
"""
