"""Training: a loss, parameters, batches, an optimizer, and a derivative that is given.

    from s2s.train import fit            # this `fit`, with s2s's own value_and_grad

    fitted = fit(loss, params, loader, optim.adam(1e-3), epochs=10)
    fitted.params, fitted.history.losses

In: `loss(params, *batch)`, the mean over the batch.  Out: the parameters, the optimizer's state, and what was seen on the way.
"""

from s2s_runtime.optim import const, param, plain
from s2s_runtime.train.callbacks import Callbacks, Moment, early_stop, log_every
from s2s_runtime.train.checkpoints import load, save
from s2s_runtime.train.evaluating import evaluate, mean_loss
from s2s_runtime.train.fitting import Fitted, fit
from s2s_runtime.train.history import History
from s2s_runtime.train.stepping import Stepper

__all__ = [
    "Callbacks", "Fitted", "History", "Moment", "Stepper", "const", "early_stop", "evaluate", "fit", "load", "log_every", "mean_loss",
    "param", "plain", "save",
]  # fmt: skip
