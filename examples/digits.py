"""Reading handwritten digits: a logistic regression and a small neural network, trained with our gradient.

The data are scikit-learn's 1797 bundled images of 8 x 8 pixels.  A model's parameters are a dict of arrays; the
gradient is a dict with the same keys and shapes.  SciPy's L-BFGS-B wants vectors: `pack` lays such a dict out as one.

    python examples/digits.py [output folder]
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize
from showing import Descent, check_gradient, console, save, show_derivative
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from s2s import differentiable, value_and_grad

CLASSES = 10
HIDDEN = 32
WEIGHT_DECAY = 3e-4
MOST_ITERATIONS = 150


# ----------------------------------------------------------------------------- the models, as one writes them in NumPy
def logistic(params, images):
    """Scores, one column per digit, that are linear in the pixels."""
    return images @ params["weights"] + params["biases"]


def network(params, images):
    """Scores from one hidden layer of tanh units."""
    hidden = np.tanh(images @ params["weights_in"] + params["biases_in"])
    return hidden @ params["weights_out"] + params["biases_out"]


@differentiable
def cross_entropy(scores, labels):
    """Mean of -log(probability of the true label), where the probabilities are softmax(scores)."""
    shifted = scores - scores.max(axis=1, keepdims=True)  # so that exp cannot overflow
    log_total = np.log(np.sum(np.exp(shifted), axis=1))
    return np.mean(log_total - shifted[np.arange(len(labels)), labels])


@differentiable
def loss(params, model, images, labels):
    """Cross entropy of a model on labelled images, plus weight decay."""
    decay = 0.0
    for values in params.values():
        decay += np.sum(values**2)
    return cross_entropy(model(params, images), labels) + WEIGHT_DECAY * decay


# -------------------------------------------------------------------------------------------------------- the training
def initial_parameters(model, pixels, rng):
    """Small random weights break the symmetry between hidden units; a logistic regression has none to break."""
    if model is logistic:
        return {"weights": np.zeros((pixels, CLASSES)), "biases": np.zeros(CLASSES)}
    return {
        "weights_in": rng.normal(0.0, pixels**-0.5, (pixels, HIDDEN)),
        "biases_in": np.zeros(HIDDEN),
        "weights_out": rng.normal(0.0, HIDDEN**-0.5, (HIDDEN, CLASSES)),
        "biases_out": np.zeros(CLASSES),
    }


def pack(params):
    """A dict of arrays, laid out as one vector."""
    return np.concatenate([values.ravel() for values in params.values()])


def unpack(vector, like):
    """The vector, cut up as a dict with the keys and shapes of `like`."""
    ends = np.cumsum([values.size for values in like.values()])
    pieces = np.split(vector, ends[:-1])
    return {key: piece.reshape(like[key].shape) for key, piece in zip(like, pieces, strict=True)}


def train(model, images, labels, rng):
    """Fitted parameters, and the loss after each iteration."""
    start = initial_parameters(model, images.shape[1], rng)

    def objective(vector):
        value, gradient = value_and_grad(loss)(unpack(vector, start), model, images, labels)
        return value, pack(gradient)

    check_gradient(objective, pack(start))
    with Descent(model.__name__, MOST_ITERATIONS) as descent:
        options = {"maxiter": MOST_ITERATIONS}
        found = minimize(objective, pack(start), jac=True, method="L-BFGS-B", callback=descent, options=options)
    return unpack(found.x, start), descent.losses


# ----------------------------------------------------------------------------------------------------------- the report
def plot(losses, images, labels, predicted):
    """How the losses fell, and test images that the network reads wrongly."""
    figure = plt.figure(figsize=(8.4, 3.4), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=(1.15, 1.0))
    axes = left.subplots()
    for name, values in losses.items():
        axes.semilogy(range(1, len(values) + 1), values, label=name)
    axes.set(xlabel="iteration of L-BFGS-B", ylabel="loss on the training images", title="training")
    axes.legend()
    wrong = np.flatnonzero(predicted != labels)
    right.suptitle(f"the {len(wrong)} of {len(labels)} test images that the network misreads", fontsize=10)
    cells = right.subplots(-(-len(wrong) // 5), 5, squeeze=False).ravel()
    for cell in cells:
        cell.axis("off")
    for cell, place in zip(cells, wrong, strict=False):
        cell.imshow(images[place].reshape(8, 8), cmap="gray_r")
        cell.set_title(f"{labels[place]} read as {predicted[place]}", fontsize=8)
    save(figure, "digits.png")


def main():
    pixels, digits = load_digits(return_X_y=True)
    images, test_images, labels, test_labels = train_test_split(
        pixels / 16.0, digits, test_size=0.25, stratify=digits, random_state=0
    )
    show_derivative(cross_entropy, np.zeros((len(labels), CLASSES)), labels)
    losses = {}
    for model in (logistic, network):
        params, losses[model.__name__] = train(model, images, labels, np.random.default_rng(0))
        predicted = np.argmax(model(params, test_images), axis=1)
        accuracy = 100 * np.mean(predicted == test_labels)
        console.print(f"{model.__name__}: reads {accuracy:.1f} % of {len(test_labels)} test images correctly\n")
    plot(losses, test_images, test_labels, predicted)


if __name__ == "__main__":
    main()
