"""Three kinds of wine, found without their labels: a Gaussian mixture by maximum likelihood, with standard errors.

The data are two measurements of 178 Italian wines, bundled with scikit-learn.  The likelihood is an ordinary NumPy
function of one parameter vector.  Its gradient drives L-BFGS-B to the maximum, and its Hessian there tells how well
the parameters are known: the inverse of the Hessian is the covariance of the estimates.

    python examples/mixture.py [output folder]
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import NullLocator
from scipy.optimize import linear_sum_assignment, minimize
from showing import Descent, check_gradient, console, save, show_derivative
from sklearn.datasets import load_wine
from sklearn.mixture import GaussianMixture

from s2s import differentiable, grad, hessian, value_and_grad

FEATURES = ("flavanoids", "color_intensity")
PARTS = 3
MOST_ITERATIONS = 200
COLOURS = ("#c44e52", "#55a868", "#4c72b0")


# ------------------------------------------------------- the model; points are logarithms of both features, (178, 2)
def log_sum_exp(scores):
    """log(sum(exp(scores))) along the last axis, without overflow."""
    highest = scores.max(axis=-1, keepdims=True)
    return np.log(np.sum(np.exp(scores - highest), axis=-1)) + highest[..., 0]


def unpack(theta):
    """Log weights (3), means (3, 2), log scales (3, 2) and slopes (3) of the parts, from 17 free numbers.

    Weights sum to one, so the first of their scores is held at 0.  A part is a normal distribution of the first
    feature, and one of the second whose mean moves with the first by its slope.
    """
    scores = np.concatenate([np.zeros(1), theta[:2]])
    means = theta[2:8].reshape(PARTS, 2)
    log_scales = theta[8:14].reshape(PARTS, 2)
    return scores - log_sum_exp(scores), means, log_scales, theta[14:17]


def log_joint(theta, points):
    """log p(point, part), one row per point and one column per part."""
    log_weights, means, log_scales, slopes = unpack(theta)
    away = points[:, None, :] - means
    first = away[..., 0] / np.exp(log_scales[:, 0])
    second = (away[..., 1] - slopes * away[..., 0]) / np.exp(log_scales[:, 1])
    return log_weights - np.log(2.0 * np.pi) - log_scales.sum(axis=1) - 0.5 * (first**2 + second**2)


@differentiable
def negative_log_likelihood(theta, points):
    """-log p(points), to be made small."""
    return -np.sum(log_sum_exp(log_joint(theta, points)))


@differentiable
def weight(theta, part):
    """The share of one part in the whole."""
    return np.exp(unpack(theta)[0][part])


# ---------------------------------------------------------------------------------------------------------- the fit
def first_guess(points):
    """Three equal round parts, side by side along the first feature."""
    middles = np.quantile(points[:, 0], [1 / 6, 3 / 6, 5 / 6])
    means = np.stack([middles, np.full(PARTS, points[:, 1].mean())], axis=1)
    return np.concatenate([np.zeros(2), means.ravel(), np.full(2 * PARTS, np.log(0.3)), np.zeros(PARTS)])


def fit(points):
    """The most likely parameters, and the covariance of their errors."""

    def objective(theta):
        return value_and_grad(negative_log_likelihood)(theta, points)

    start = first_guess(points)
    check_gradient(objective, start)
    with Descent("fit", MOST_ITERATIONS) as descent:
        options = {"maxiter": MOST_ITERATIONS, "ftol": 1e-14, "gtol": 1e-6}
        found = minimize(objective, start, jac=True, method="L-BFGS-B", callback=descent, options=options)
    curvature = hessian(negative_log_likelihood)(found.x, points)
    if np.linalg.eigvalsh(curvature)[0] <= 0.0:
        raise SystemExit("this is not a maximum of the likelihood")
    return found.x, np.linalg.inv(curvature)


def weight_error(theta, covariance, part):
    """Standard error of a weight, to which its gradient carries the covariance of the parameters over."""
    slope = grad(weight)(theta, part)
    return np.sqrt(slope @ covariance @ slope)


# ------------------------------------------------------------------------------------------------------- the report
def in_order_of(cultivars, parts):
    """For each cultivar, the part that holds most of it; no part twice."""
    together = np.array([[np.sum((cultivars == c) & (parts == p)) for p in range(PARTS)] for c in range(PARTS)])
    return linear_sum_assignment(-together)[1]


def report(theta, covariance, part_of):
    """One line per cultivar: the weight of its part and the medians, all with standard errors."""
    medians = np.exp(unpack(theta)[1])
    errors = 100.0 * np.sqrt(np.diag(covariance))[2:8].reshape(PARTS, 2)
    for cultivar, part in enumerate(part_of):
        share = f"weight {weight(theta, part):.3f} ± {weight_error(theta, covariance, part):.3f}"
        first, second = (f"{m:.2f} ± {e:.1f} %" for m, e in zip(medians[part], errors[part], strict=True))
        console.print(f"cultivar {cultivar}: {share}, flavanoids {first}, color {second}")


def contour(theta, part, radius):
    """The ellipse `radius` standard deviations around the mean of a part."""
    _, means, log_scales, slopes = unpack(theta)
    turn = np.linspace(0.0, 2.0 * np.pi, 200)
    first = radius * np.exp(log_scales[part, 0]) * np.cos(turn)
    second = slopes[part] * first + radius * np.exp(log_scales[part, 1]) * np.sin(turn)
    return means[part] + np.stack([first, second], axis=1)


def plot(theta, covariance, part_of, points, cultivars):
    """The wines with the parts found, and the weights of the parts beside the true shares."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.8), width_ratios=(1.7, 1), layout="constrained")
    for cultivar, (part, colour) in enumerate(zip(part_of, COLOURS, strict=True)):
        wines = points[cultivars == cultivar]
        left.scatter(*np.exp(wines).T, s=14, color=colour, alpha=0.6, lw=0, label=f"cultivar {cultivar}")
        for radius in (1.0, 2.0):
            left.plot(*np.exp(contour(theta, part, radius)).T, color=colour, lw=1.6 / radius)
        error = weight_error(theta, covariance, part)
        right.errorbar(cultivar, weight(theta, part), 2.0 * error, fmt="o", color=colour, capsize=4)
        right.hlines(len(wines) / len(points), cultivar - 0.25, cultivar + 0.25, color="black", lw=1)
    left.set(xscale="log", yscale="log", xlabel="flavanoids", ylabel="color intensity")
    for axis, ticks in ((left.xaxis, (0.5, 1, 2, 4)), (left.yaxis, (2, 4, 8))):
        axis.set_ticks(ticks, map(str, ticks))
        axis.set_minor_locator(NullLocator())
    left.set_title("parts found without labels: 1 and 2 standard deviations")
    left.legend(loc="lower right")
    right.set(xticks=range(PARTS), xlabel="cultivar", xlim=(-0.6, PARTS - 0.4), ylim=(0.0, None))
    right.set_title("weight ± 2 standard errors; line: true share")
    save(figure, "mixture.png")


def main():
    wine = load_wine()
    points = np.log(wine.data[:, [wine.feature_names.index(name) for name in FEATURES]])
    show_derivative(weight, first_guess(points), 0)
    theta, covariance = fit(points)
    expected = GaussianMixture(PARTS, n_init=10, tol=1e-8, max_iter=1000, random_state=0).fit(points)
    console.print(f"log likelihood: {-negative_log_likelihood(theta, points):.3f}")
    console.print(f"scikit-learn's EM algorithm: {expected.score(points) * len(points):.3f}")
    parts = np.argmax(log_joint(theta, points), axis=1)
    part_of = in_order_of(wine.target, parts)
    console.print(f"wines put with their kind: {100 * np.mean(part_of[wine.target] == parts):.1f} %")
    report(theta, covariance, part_of)
    plot(theta, covariance, part_of, points, wine.target)


if __name__ == "__main__":
    main()
