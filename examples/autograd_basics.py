"""Every derivative once, on numbers that can be checked by hand: a linear layer from two numbers to three, and its squared error.

Start here: each line is the smallest call for one question (`docs/choosing.md`), and what it gives has the tree and the shapes of what
it belongs to.  Nothing is trained, and nothing is plotted.

    python examples/autograd_basics.py
"""

from typing import Any

import numpy as np

from s2s import grad, hessian, jacfwd, jacrev, model, value_and_grad, vjp
from s2s.nn import losses
from s2s_runtime import tree


def linear(params, x):
    return params["w"] @ x + params["b"]


def square(x):
    return x * x


def mean_square(x):
    return np.mean(x * x)


PARAMS = {"w": np.array([[0.2, -0.1], [0.0, 0.3], [-0.4, 0.1]]), "b": np.array([0.01, -0.02, 0.03])}
DIRECTION = {"w": np.full((3, 2), 0.1), "b": np.full(3, -0.2)}
X = np.array([0.5, -1.2])
TARGET = np.array([0.7, 0.1, -0.5])


def derivatives() -> dict[str, Any]:
    """What is asked, and the answer."""
    problem = (linear, losses.mse, PARAMS, X, TARGET)
    detached = (linear, model.detach(losses.mse), PARAMS, X, TARGET)
    return {
        "vjp_params, seed of ones": model.vjp_params(linear, PARAMS, X, np.ones(3)),
        "jacrev_params": model.jacrev_params(linear, PARAMS, X),
        "loss": model.loss_of(*problem),
        "grad_params": model.grad_params(*problem),
        "grad_inputs": model.grad_inputs(*problem),
        "loss, prediction held constant": model.loss_of(*detached),
        "grad_params, prediction held constant": model.grad_params(*detached),
        "jvp_params": model.jvp_params(*problem, DIRECTION),
        "hvp_params": model.hvp_params(*problem, DIRECTION),
        "jacfwd(square)": jacfwd(square)(X),
        "hessian(mean_square)": hessian(mean_square)(X),
        "vjp(square), seed of ones": vjp(square, X, cotangent=np.ones(2))[1][0],
        "jacrev(square)": jacrev(square)(X),
        "grad(mean_square)": grad(mean_square)(X),
        "value_and_grad(mean_square)": value_and_grad(mean_square)(X),
    }


def main() -> None:
    np.set_printoptions(precision=6, suppress=True)
    for question, answer in derivatives().items():
        print(f"{question}:")
        for name, part in tree.named_leaves(answer, "result"):
            text = str(part) if np.ndim(part) else f"{part:.6g}"
            print(f"    {name} = {text}".replace("\n", "\n        "))
    print("\nThe program that computes grad_params:\n")
    print(grad(model.loss_of, argnums=2).source(linear, losses.mse, PARAMS, X, TARGET))


if __name__ == "__main__":
    main()
