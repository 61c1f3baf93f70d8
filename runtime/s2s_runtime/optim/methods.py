"""The optimizers by name: each is a record of its options and of what it does to one array (`updates.py`).

In: options.  Out: an `Optimizer`.  Names and defaults are PyTorch's.  Every number among the options may be a function of the step, counted
from 0 (`schedules.py`).  All take the options of `Optimizer`: `groups` and `frozen`.

Weight decay is *coupled* (`sgd`, `adagrad`, `rmsprop`, `adam`, `adadelta`: wd p is added to the gradient and goes through the method) or
*decoupled* (`adamw`, `muon`: p is first made smaller by the factor 1 - lr wd).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from s2s_runtime.optim import updates
from s2s_runtime.optim.optimizer import Groups, Optimizer
from s2s_runtime.optim.schedules import Number


def _made(
    method: str,
    update: Any,
    slots: Any,
    groups: Groups,
    frozen: tuple[str, ...],
    options: dict[str, Any],
    start: float = 0.0,
) -> Optimizer:
    return Optimizer(method, update, slots, options, groups or {}, frozen, start)


def sgd(
    lr: Number = 1e-3, momentum: Number = 0.0, dampening: float = 0.0, weight_decay: Number = 0.0, nesterov: bool = False,
    *, groups: Groups = None, frozen: tuple[str, ...] = (),
) -> Optimizer:  # fmt: skip
    """p <- p - lr g; with momentum: b <- momentum b + (1 - dampening) g, where the first b is g itself, and p <- p - lr b.

    Raises ValueError for Nesterov without momentum or with dampening, as PyTorch does.
    """
    if nesterov and (not momentum or dampening):
        raise ValueError("sgd: nesterov needs a momentum and no dampening")
    options = {
        "lr": lr,
        "momentum": momentum,
        "dampening": dampening,
        "weight_decay": weight_decay,
        "nesterov": nesterov,
    }
    return _made("sgd", updates.sgd, lambda o: ("momentum",) if o["momentum"] else (), groups, frozen, options)


momentum_sgd = functools.partial(sgd, momentum=0.9)
momentum_sgd.__doc__ = "`sgd` with a momentum of 0.9."


def adagrad(
    lr: Number = 1e-2, lr_decay: float = 0.0, weight_decay: Number = 0.0, initial: float = 0.0, eps: float = 1e-10,
    *, groups: Groups = None, frozen: tuple[str, ...] = (),
) -> Optimizer:  # fmt: skip
    """G <- G + g^2; p <- p - lr g / (sqrt(G) + eps), where G begins as `initial` (Duchi et al., 2011)."""
    options = {"lr": lr, "lr_decay": lr_decay, "weight_decay": weight_decay, "eps": eps}
    return _made("adagrad", updates.adagrad, lambda o: ("squares",), groups, frozen, options, initial)


def rmsprop(
    lr: Number = 1e-2, alpha: Number = 0.99, eps: float = 1e-8, weight_decay: Number = 0.0, momentum: Number = 0.0, centered: bool = False,
    *, groups: Groups = None, frozen: tuple[str, ...] = (),
) -> Optimizer:  # fmt: skip
    """v <- alpha v + (1 - alpha) g^2; p <- p - lr g / (sqrt(v) + eps); `centered` subtracts the squared mean of g from v."""
    options = {
        "lr": lr,
        "alpha": alpha,
        "eps": eps,
        "weight_decay": weight_decay,
        "momentum": momentum,
        "centered": centered,
    }

    def slots(o: dict[str, Any]) -> tuple[str, ...]:
        return ("squares", *(("mean",) if o["centered"] else ()), *(("momentum",) if o["momentum"] else ()))

    return _made("rmsprop", updates.rmsprop, slots, groups, frozen, options)


def _adam(method: str, decoupled: bool, groups: Groups, frozen: tuple[str, ...], options: dict[str, Any]) -> Optimizer:
    def slots(o: dict[str, Any]) -> tuple[str, ...]:
        return ("mean", "squares", "largest") if o["amsgrad"] else ("mean", "squares")

    return _made(method, updates.adam, slots, groups, frozen, options | {"decoupled": decoupled})


def adam(
    lr: Number = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8, weight_decay: Number = 0.0, amsgrad: bool = False,
    *, groups: Groups = None, frozen: tuple[str, ...] = (),
) -> Optimizer:  # fmt: skip
    """Averages m of g and v of g^2, both corrected for beginning at 0: p <- p - lr m / (sqrt(v) + eps) (Kingma and Ba, 2015)."""
    options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad}
    return _adam("adam", False, groups, frozen, options)


def adamw(
    lr: Number = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8, weight_decay: Number = 1e-2, amsgrad: bool = False,
    *, groups: Groups = None, frozen: tuple[str, ...] = (),
) -> Optimizer:  # fmt: skip
    """`adam` with decoupled weight decay: p <- (1 - lr wd) p first (Loshchilov and Hutter, 2019)."""
    options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad}
    return _adam("adamw", True, groups, frozen, options)


def adadelta(
    lr: Number = 1.0, rho: Number = 0.9, eps: float = 1e-6, weight_decay: Number = 0.0,
    *, groups: Groups = None, frozen: tuple[str, ...] = (),
) -> Optimizer:  # fmt: skip
    """d = sqrt(u + eps) / sqrt(v + eps) g, with averages u of d^2 and v of g^2; p <- p - lr d (Zeiler, 2012)."""
    options = {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay}
    return _made("adadelta", updates.adadelta, lambda o: ("squares", "steps"), groups, frozen, options)


def muon(
    lr: Number = 1e-3, weight_decay: Number = 0.1, momentum: Number = 0.95, nesterov: bool = True, adjust_lr: str = "original",
    orthogonal: Callable[[Any], Any] = updates.newton_schulz,
    *, groups: Groups = None, frozen: tuple[str, ...] = (),
) -> Optimizer:  # fmt: skip
    """Momentum whose step is made orthogonal, for matrices (Jordan et al., 2024).

    `orthogonal`: from a matrix to one of the same shape.  `adjust_lr`: "original", or "match_rms_adamw".  Raises ValueError at `init` for a
    leaf that is no matrix: freeze it, and train it with another optimizer.
    """
    if adjust_lr not in ("original", "match_rms_adamw"):
        raise ValueError(f'muon: adjust_lr is "original" or "match_rms_adamw", got {adjust_lr!r}')
    options: dict[str, Any] = {"lr": lr, "weight_decay": weight_decay, "momentum": momentum, "nesterov": nesterov}
    options |= {"adjust_lr": adjust_lr, "orthogonal": orthogonal}
    return _made("muon", updates.muon, lambda o: ("mean",), groups, frozen, options)


def galore(
    project: Callable[[Any], Any],
    lift: Callable[[Any], Any],
    lr: Number = 1e-2,
    *,
    groups: Groups = None,
    frozen: tuple[str, ...] = (),
) -> Optimizer:
    """p <- p - lr lift(project(g)); the identity for both is `sgd`."""
    options = {"lr": lr, "project": project, "lift": lift}
    return _made("galore", updates.projected, lambda o: (), groups, frozen, options)
