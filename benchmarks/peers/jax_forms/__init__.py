"""The programs of `tests/programs` as a good JAX user would write them, one module per program, of the same name.

loss            the program in `jax.numpy`, with the program's own parameters
STATIC          the positions of the arguments that are compiled in (sizes, numbers of steps), where there are any
WRT             the positions by which is differentiated, where these are not all that hold floating-point numbers
convert         gives the arguments in the form that JAX takes, where that is another one
SCALAR_LOOPS    True: the best form still is a loop that handles single numbers, or a fixed handful, in a step
IMPLICIT        True: what the program iterates until it has converged is differentiated as the solution of its equations
CANNOT          the reason why JAX cannot, in place of `loss`
"""
