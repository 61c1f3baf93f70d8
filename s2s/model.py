"""Derivatives of a model and its loss, by name: which one, by the parameters, the input or the target.

In: functions and values, always in the order `(model, loss, params, x, target[, direction])`, without `loss` and `target` for
products of the model's output.  `prediction = model(params, x)`, `loss(prediction, target)` is a scalar, `params` any tree: dicts, lists,
tuples, named tuples, dataclasses.  Out: values, each with the tree, shapes and dtypes that its derivative dictates.

    from s2s import model
    from s2s.nn import losses

    def predict(params, x):
        return x @ params["w"] + params["b"]

    value, gradient = model.value_and_grad_params(predict, losses.mse, params, x, target)

Each is one call of a public transform on `loss_of` or `output`, so nothing is derived twice for functions and arguments alike, and
`grad(model.loss_of, argnums=2).source(predict, losses.mse, params, x, target)` shows the program.  A function that calls one of these can
be differentiated itself (not of `grad_inputs` and `value_and_grads`, which look at their arguments first).  The options (`jit=` and the
others of `differentiable`) are keywords of all of them.

NotScalar, a TypeError: the loss gives an array; ShapeError and DtypeError: a seed or a direction is not like what it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Unpack

import numpy as np

from s2s.api import grad, hessian, hvp, jacfwd, jacrev, jvp, stop_gradient, value_and_grad, vjp
from s2s.jit.choice import Options
from s2s_runtime import tree

Model = Callable[[Any, Any], Any]
Loss = Callable[[Any, Any], Any]


# ---------------------------------------------------------------------------------------------------- what is differentiated
def loss_of(model: Model, loss: Loss, params: Any, x: Any, target: Any) -> Any:
    """The loss of the model's prediction."""
    return loss(model(params, x), target)


def output(model: Model, params: Any, x: Any) -> Any:
    """The model's prediction."""
    return model(params, x)


def loss_by_params(params: Any, model: Model, loss: Loss, x: Any, target: Any) -> Any:
    return loss(model(params, x), target)


def loss_by_inputs(x: Any, target: Any, model: Model, loss: Loss, params: Any) -> Any:
    return loss(model(params, x), target)


def loss_by_all(params: Any, x: Any, target: Any, model: Model, loss: Loss) -> Any:
    return loss(model(params, x), target)


def output_by_params(params: Any, model: Model, x: Any) -> Any:
    return model(params, x)


def output_by_input(x: Any, model: Model, params: Any) -> Any:
    return model(params, x)


def loss_by_prediction(prediction: Any, loss: Loss, target: Any) -> Any:
    return loss(prediction, target)


class ValueAndGrads(NamedTuple):
    """A loss, and its gradients by all that it depends on; None for what has no derivative, like integer labels."""

    value: Any
    params: Any
    x: Any
    target: Any


class Inputs(NamedTuple):
    """Something of the input, and the same of the target; None for what has no derivative."""

    x: Any
    target: Any


# ------------------------------------------------------------------------------------------------------ gradients of the loss
def grad_params(model: Model, loss: Loss, params: Any, x: Any, target: Any, **options: Unpack[Options]) -> Any:
    """The gradient of the loss by the parameters: a tree like `params`."""
    return grad(loss_of, argnums=2, **options)(model, loss, params, x, target)


def grad_x(model: Model, loss: Loss, params: Any, x: Any, target: Any, **options: Unpack[Options]) -> Any:
    """The gradient of the loss by the input: like `x`."""
    return grad(loss_of, argnums=3, **options)(model, loss, params, x, target)


def grad_target(model: Model, loss: Loss, params: Any, x: Any, target: Any, **options: Unpack[Options]) -> Any:
    """The gradient of the loss by the target: like `target`.  DtypeError: the target is labels."""
    return grad(loss_of, argnums=4, **options)(model, loss, params, x, target)


def grad_inputs(model: Model, loss: Loss, params: Any, x: Any, target: Any, **options: Unpack[Options]) -> Inputs:
    """The gradients by the input and by the target, from one reverse sweep."""
    moving = [carries(x), carries(target)]
    chosen = (3, 4) if moving[0] == moving[1] else 3 + moving.index(True)
    found = grad(loss_of, argnums=chosen, **options)(model, loss, params, x, target)
    return Inputs(*found) if chosen == (3, 4) else Inputs(found, None) if chosen == 3 else Inputs(None, found)


def value_and_grads(model: Model, loss: Loss, params: Any, x: Any, target: Any, **options: Unpack[Options]) -> ValueAndGrads:
    """The loss and its gradients by parameters, input and target, from one forward and one reverse sweep."""
    chosen = (2, *(number for number, value in ((3, x), (4, target)) if carries(value)))
    value, found = value_and_grad(loss_of, argnums=chosen, **options)(model, loss, params, x, target)
    gradients = dict(zip(chosen, found, strict=True))
    return ValueAndGrads(value, gradients[2], gradients.get(3), gradients.get(4))


def value_and_grad_params(model: Model, loss: Loss, params: Any, x: Any, target: Any, **options: Unpack[Options]) -> tuple[Any, Any]:
    """(loss, gradient by the parameters); the loss is what `loss` gives, a NumPy scalar mostly."""
    value, gradient = value_and_grad(loss_of, argnums=2, **options)(model, loss, params, x, target)
    return value, gradient


def float_and_grad_params(model: Model, loss: Loss, params: Any, x: Any, target: Any, **options: Unpack[Options]) -> tuple[float, Any]:
    """As `value_and_grad_params`, with the loss as Python's float."""
    value, gradient = value_and_grad_params(model, loss, params, x, target, **options)
    return float(value), gradient


def value_and_grad_x(model: Model, loss: Loss, params: Any, x: Any, target: Any, **options: Unpack[Options]) -> tuple[Any, Any]:
    """(loss, gradient by the input)."""
    value, gradient = value_and_grad(loss_of, argnums=3, **options)(model, loss, params, x, target)
    return value, gradient


def value_and_grad_target(model: Model, loss: Loss, params: Any, x: Any, target: Any, **options: Unpack[Options]) -> tuple[Any, Any]:
    """(loss, gradient by the target)."""
    value, gradient = value_and_grad(loss_of, argnums=4, **options)(model, loss, params, x, target)
    return value, gradient


def grad_params_per_sample(model: Model, loss: Loss, params: Any, x: Any, target: Any, **options: Unpack[Options]) -> Any:
    """The gradient of each sample's loss by the parameters: leaves of shape `(len(x), *leaf.shape)`.

    A sample is a row `x[i:i + 1]` with `target[i:i + 1]`, so the model and the loss see a batch of one.  ValueError: there are none.
    """
    if not len(x):
        raise ValueError("there are no samples: x has no rows")
    rows = [slice(i, i + 1) for i in range(len(x))]
    each = [tree.flatten(grad_params(model, loss, params, x[row], target[row], **options)) for row in rows]
    stacked = [None if leaves[0] is None else np.stack(leaves) for leaves in zip(*(leaves for leaves, _ in each), strict=True)]
    return tree.unflatten(each[0][1], stacked)


# ------------------------------------------------------------------------------------------------- products of the output
def vjp_params(model: Model, params: Any, x: Any, seed: Any, **options: Unpack[Options]) -> Any:
    """A cotangent of the output, pulled back to the parameters: a tree like `params`.  `seed` is like the output."""
    return vjp(output_by_params, params, model=model, x=x, cotangent=seed, **options)[1][0]


def vjp_input(model: Model, params: Any, x: Any, seed: Any, **options: Unpack[Options]) -> Any:
    """A cotangent of the output, pulled back to the input: like `x`."""
    return vjp_inputs(model, params, x, seed, **options)[0]


def vjp_inputs(model: Model, params: Any, x: Any, seed: Any, **options: Unpack[Options]) -> tuple[Any]:
    """As `vjp_input`, in a tuple with one entry per input: one."""
    bars: tuple[Any] = vjp(output_by_input, x, model=model, params=params, cotangent=seed, **options)[1]
    return bars


def jacrev_params(model: Model, params: Any, x: Any, **options: Unpack[Options]) -> Any:
    """The Jacobian of the output by the parameters, row by row: a tree like the output, of trees like `params`.

    Its arrays have the shape `output.shape + leaf.shape`.
    """
    return jacrev(output, argnums=1, **options)(model, params, x)


def jacfwd_params(model: Model, params: Any, x: Any, **options: Unpack[Options]) -> Any:
    """The same as `jacrev_params`, column by column: for fewer parameters than outputs."""
    return jacfwd(output, argnums=1, **options)(model, params, x)


def jacrev_input(model: Model, params: Any, x: Any, **options: Unpack[Options]) -> Any:
    """The Jacobian of the output by the input, row by row: shape `output.shape + x.shape`."""
    return jacrev(output, argnums=2, **options)(model, params, x)


def jacfwd_input(model: Model, params: Any, x: Any, **options: Unpack[Options]) -> Any:
    """The same as `jacrev_input`, column by column: for fewer inputs than outputs."""
    return jacfwd(output, argnums=2, **options)(model, params, x)


# ----------------------------------------------------------------------------------------- directions: slopes and curvatures
def jvp_params(model: Model, loss: Loss, params: Any, x: Any, target: Any, direction: Any, **options: Unpack[Options]) -> Any:
    """The derivative of the loss as the parameters move along `direction`, a tree like `params`: a number."""
    return value_and_jvp_params(model, loss, params, x, target, direction, **options)[1]


def value_and_jvp_params(
    model: Model, loss: Loss, params: Any, x: Any, target: Any, direction: Any, **options: Unpack[Options]
) -> tuple[Any, Any]:
    """(loss, its derivative along `direction`), from one sweep."""
    return jvp(loss_by_params, (params,), (direction,), model=model, loss=loss, x=x, target=target, **options)


def jvp_inputs(model: Model, loss: Loss, params: Any, x: Any, target: Any, direction: Any, **options: Unpack[Options]) -> Any:
    """The derivative of the loss as the input and the target move along `direction`, a pair; None: one does not move."""
    x_dot, target_dot = still(direction, (x, target))
    return jvp(loss_by_inputs, (x, target), (x_dot, target_dot), model=model, loss=loss, params=params, **options)[1]


def hvp_params(model: Model, loss: Loss, params: Any, x: Any, target: Any, direction: Any, **options: Unpack[Options]) -> Any:
    """How the gradient by the parameters moves as they move along `direction`: a tree like `params`.

    The Hessian times the direction, forward over reverse, without the Hessian.
    """
    return hvp(loss_by_params, (params,), (direction,), model=model, loss=loss, x=x, target=target, **options)


def hvp_inputs(model: Model, loss: Loss, params: Any, x: Any, target: Any, direction: Any, **options: Unpack[Options]) -> Inputs:
    """How the gradients by input and target move as these move along `direction`, a pair; None: one does not move."""
    x_dot, target_dot = still(direction, (x, target))
    return Inputs(*hvp(loss_by_inputs, (x, target), (x_dot, target_dot), model=model, loss=loss, params=params, **options))


def hvp_all(model: Model, loss: Loss, params: Any, x: Any, target: Any, direction: Any, **options: Unpack[Options]) -> tuple[Any, Any, Any]:
    """How the gradients by parameters, input and target move as all three move along `direction`, a triple.

    None in it: one does not move; its gradient still does.
    """
    params_dot, x_dot, target_dot = still(direction, (params, x, target))
    found: tuple[Any, Any, Any]
    found = hvp(loss_by_all, (params, x, target), (params_dot, x_dot, target_dot), model=model, loss=loss, **options)
    return found


def hessian_params(model: Model, loss: Loss, params: Any, x: Any, target: Any, **options: Unpack[Options]) -> Any:
    """The Hessian of the loss by the parameters: a tree like `params`, of trees like `params`, of arrays `leaf.shape + leaf.shape`."""
    return hessian(loss_of, argnums=2, **options)(model, loss, params, x, target)


def gauss_newton_params(
    model: Model, loss: Loss, params: Any, x: Any, target: Any, direction: Any, **options: Unpack[Options]
) -> Any:
    """The Gauss-Newton matrix J' H J times `direction`: J of the output by the parameters, H of the loss by the output.

    It is the Hessian without the model's own curvature, so it is positive semidefinite where the loss is convex.
    """
    prediction, moved = jvp(output_by_params, (params,), (direction,), model=model, x=x, **options)
    curved = hvp(loss_by_prediction, (prediction,), (moved,), loss=loss, target=target, **options)
    return vjp_params(model, params, x, curved, **options)


# ------------------------------------------------------------------------------------------------------- what is held constant
def detach(loss: Loss, *, target: bool = False) -> Loss:
    """`loss` with the prediction held constant: the same value, and gradients by parameters and input that are exactly 0.

    What flows to the target is as before; with `target=True` that is 0, too.
    """

    def detached(prediction: Any, given: Any) -> Any:
        return loss(stop_gradient(prediction), stop_gradient(given) if target else given)

    return detached


def carries(value: Any) -> bool:
    """Whether some leaf has a derivative."""
    return any(map(tree.is_differentiable, tree.flatten(value)[0]))


def still(direction: Any, values: tuple[Any, ...]) -> list[Any]:
    """A direction with zeros for what does not move."""
    pairs = zip(direction, values, strict=True)
    return [tree.zeros_like(value) if part is None and carries(value) else part for part, value in pairs]


__all__ = [
    "Inputs", "ValueAndGrads", "detach", "float_and_grad_params", "gauss_newton_params", "grad_inputs", "grad_params",
    "grad_params_per_sample", "grad_target", "grad_x", "hessian_params", "hvp_all", "hvp_inputs", "hvp_params", "jacfwd_input",
    "jacfwd_params", "jacrev_input", "jacrev_params", "jvp_inputs", "jvp_params", "loss_of", "output", "value_and_grad_params",
    "value_and_grad_target", "value_and_grad_x", "value_and_grads", "value_and_jvp_params", "vjp_input", "vjp_inputs", "vjp_params",
]  # fmt: skip
