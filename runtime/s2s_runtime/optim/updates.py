"""What each method does to one array, in place, with nothing allocated.

In: the parameter `p`, its gradient `g` (left as it is), the method's arrays of the same shape by name, the options as numbers, the
number of the step (from 1), and three arrays to work in.  Out: `p` and the method's arrays, one step on.

The formulas and the order of operations are those of `torch.optim` (version 2.13), so that float64 agrees to rounding.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Options = dict[str, Any]
Slots = dict[str, Any]


def decayed(p: Any, g: Any, o: Options, a: Any) -> Any:
    """The gradient with coupled weight decay, g + wd p: the gradient of the loss and wd/2 |p|^2.  May be `g` itself."""
    if not o["weight_decay"]:
        return g
    np.multiply(p, o["weight_decay"], out=a)
    return np.add(g, a, out=a)


def sgd(p: Any, g: Any, slots: Slots, o: Options, t: int, a: Any, b: Any, c: Any) -> None:
    """b <- mu b + (1 - dampening) g, the first time b = g;  p <- p - lr b, or p - lr (g + mu b) with Nesterov."""
    g = decayed(p, g, o, a)
    if o["momentum"]:
        buffer = slots["momentum"]
        if t == 1:
            np.copyto(buffer, g)
        else:
            np.multiply(g, 1.0 - o["dampening"], out=b)
            buffer *= o["momentum"]
            buffer += b
        if o["nesterov"]:
            np.multiply(buffer, o["momentum"], out=b)
            g = np.add(g, b, out=b)
        else:
            g = buffer
    p -= np.multiply(g, o["lr"], out=b)


def adagrad(p: Any, g: Any, slots: Slots, o: Options, t: int, a: Any, b: Any, c: Any) -> None:
    """G <- G + g^2;  p <- p - lr / (1 + (t - 1) lr_decay) g / (sqrt(G) + eps)."""
    g = decayed(p, g, o, a)
    total = slots["squares"]
    total += np.multiply(g, g, out=b)
    np.sqrt(total, out=b)
    b += o["eps"]
    np.divide(g, b, out=b)
    b *= o["lr"] / (1.0 + (t - 1) * o["lr_decay"])
    p -= b


def rmsprop(p: Any, g: Any, slots: Slots, o: Options, t: int, a: Any, b: Any, c: Any) -> None:
    """v <- alpha v + (1 - alpha) g^2;  p <- p - lr g / (sqrt(v) + eps).

    `centered` takes the square of the mean gradient from v; with momentum, what is divided goes through a buffer.
    """
    g = decayed(p, g, o, a)
    _square_average(slots["squares"], g, o["alpha"], b)
    if o["centered"]:
        _average(slots["mean"], g, o["alpha"], b)
        np.multiply(slots["mean"], slots["mean"], out=b)
        np.subtract(slots["squares"], b, out=b)
        np.sqrt(b, out=b)
    else:
        np.sqrt(slots["squares"], out=b)
    b += o["eps"]
    np.divide(g, b, out=b)
    if o["momentum"]:
        slots["momentum"] *= o["momentum"]
        slots["momentum"] += b
        np.copyto(b, slots["momentum"])
    b *= o["lr"]
    p -= b


def adam(p: Any, g: Any, slots: Slots, o: Options, t: int, a: Any, b: Any, c: Any) -> None:
    """m, v: averages of g and g^2;  p <- p - lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps)."""
    beta1, beta2 = o["betas"]
    if o["decoupled"]:
        p *= 1.0 - o["lr"] * o["weight_decay"]
    else:
        g = decayed(p, g, o, a)
    _average(slots["mean"], g, beta1, b)
    _square_average(slots["squares"], g, beta2, b)
    squares = slots["squares"]
    if o["amsgrad"]:
        squares = np.maximum(slots["largest"], squares, out=slots["largest"])
    np.sqrt(squares, out=b)
    b /= math.sqrt(1.0 - beta2**t)
    b += o["eps"]
    np.divide(slots["mean"], b, out=b)
    b *= o["lr"] / (1.0 - beta1**t)
    p -= b


def adadelta(p: Any, g: Any, slots: Slots, o: Options, t: int, a: Any, b: Any, c: Any) -> None:
    """v: average of g^2;  d = sqrt(u + eps) / sqrt(v + eps) g;  u: average of d^2;  p <- p - lr d."""
    g = decayed(p, g, o, a)
    _square_average(slots["squares"], g, o["rho"], b)
    np.add(slots["squares"], o["eps"], out=b)
    np.sqrt(b, out=b)
    np.add(slots["steps"], o["eps"], out=c)
    np.sqrt(c, out=c)
    c /= b
    c *= g
    _square_average(slots["steps"], c, o["rho"], b)
    np.multiply(c, o["lr"], out=b)
    p -= b


def muon(p: Any, g: Any, slots: Slots, o: Options, t: int, a: Any, b: Any, c: Any) -> None:
    """m: average of g;  p <- (1 - lr wd) p - lr r orthogonal(g + momentum (m - g)), with r = sqrt(max(1, rows / columns))."""
    mean = slots["mean"]
    _average(mean, g, o["momentum"], b)
    if o["nesterov"]:
        np.subtract(mean, g, out=b)
        b *= o["momentum"]
        b += g
    else:
        np.copyto(b, mean)
    direction = o["orthogonal"](b)
    p *= 1.0 - o["lr"] * o["weight_decay"]
    np.multiply(direction, o["lr"] * _muon_scale(o["adjust_lr"], *p.shape), out=b)
    p -= b


def projected(p: Any, g: Any, slots: Slots, o: Options, t: int, a: Any, b: Any, c: Any) -> None:
    """p <- p - lr lift(project(g)): GaLore's step, with a projection onto few directions and back."""
    np.multiply(o["lift"](o["project"](g)), o["lr"], out=b)
    p -= b


def newton_schulz(
    matrix: Any,
    *,
    coefficients: tuple[float, float, float] = (3.4445, -4.7750, 2.0315),
    steps: int = 5,
    eps: float = 1e-7,
) -> Any:
    """A matrix with the same singular vectors and singular values near 1 (between some 0.7 and 1.2).

    x <- a x + (b x x' + c (x x')^2) x from x / |x|, on the side where x x' is small (Jordan et al., Muon, 2024).  It runs in the dtype of
    the matrix; PyTorch's rounds to bfloat16 first.

    matrix: (m, n).  Raises ValueError for other ranks.
    """
    if np.ndim(matrix) != 2:
        raise ValueError(f"Newton-Schulz needs a matrix, got shape {np.shape(matrix)}")
    first, second, third = coefficients
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / max(float(np.linalg.norm(x)), eps)
    for _ in range(steps):
        gram = x @ x.T
        x = first * x + (second * gram + third * (gram @ gram)) @ x
    return x.T if tall else x


def _muon_scale(adjust: str, rows: int, columns: int) -> float:
    if adjust == "original":
        return math.sqrt(max(1.0, rows / columns))
    return 0.2 * math.sqrt(max(rows, columns))


def _average(mean: Any, g: Any, decay: float, work: Any) -> None:
    """mean <- mean + (1 - decay) (g - mean)."""
    np.subtract(g, mean, out=work)
    work *= 1.0 - decay
    mean += work


def _square_average(squares: Any, g: Any, decay: float, work: Any) -> None:
    """squares <- decay squares + (1 - decay) g^2."""
    np.multiply(g, g, out=work)
    work *= 1.0 - decay
    squares *= decay
    squares += work
