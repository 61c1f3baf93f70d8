"""The eager tape with the rule table of this package.

    from s2s.eager import Tape

    with Tape() as t:
        x = t.leaf(np.array([0.5, -1.2]), name="x")
        y = np.mean(x * x)
    t.backward(y)[x]

In: values, and functions that record what is computed of them.  Out: derivatives, without the source of anything.
"""

from s2s.eager.functions import Tape, grad, jvp, value_and_grad, vjp
from s2s_runtime.tape import Gradients, TapeError, Variable

__all__ = ["Gradients", "Tape", "TapeError", "Variable", "grad", "jvp", "value_and_grad", "vjp"]
