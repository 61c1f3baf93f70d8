"""Reading handwritten digits: an MLP and a small LeNet, trained by `fit` with compiled gradients.

The data are scikit-learn's 1797 bundled images of 8 x 8 pixels.  A model is a function of its parameters, a tree of arrays, and of images.

    python examples/train_digits.py [epochs]
"""

import sys
import time

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from s2s import nn, optim
from s2s.data import DataLoader, Dataset
from s2s.train import evaluate, fit

BATCH = 64
EPOCHS = {"mlp": 60, "lenet": 30}


# ----------------------------------------------------------------------------- the models, as one writes them in NumPy
def mlp(params, images):
    """Scores, one column per digit, from one hidden layer."""
    return nn.mlp(params, images)


def lenet(params, images):
    """Scores from two convolutions with a pooling between them, and two linear layers."""
    x = images.reshape(-1, 1, 8, 8)
    x = nn.max_pool2d(nn.relu(nn.conv2d(params["first"], x)), 2)
    x = nn.relu(nn.conv2d(params["second"], x))
    return nn.mlp(params["dense"], x.reshape(x.shape[0], -1))


def cross_entropy(scores, labels):
    """Mean of -log(probability of the true label)."""
    return -np.mean(nn.log_softmax(scores)[np.arange(len(labels)), labels])


def mlp_loss(params, images, labels):
    """What is minimised."""
    return cross_entropy(mlp(params, images), labels)


def lenet_loss(params, images, labels):
    """What is minimised."""
    return cross_entropy(lenet(params, images), labels)


MODELS = {"mlp": (mlp, mlp_loss), "lenet": (lenet, lenet_loss)}


# -------------------------------------------------------------------------------------------------------- the training
def initial(name, seed=0):
    """First parameters of a model."""
    rng = np.random.default_rng(seed)
    if name == "mlp":
        return nn.init.mlp(rng, (64, 128, 10))
    return {
        "first": nn.init.conv(rng, 1, 16, (3, 3)),
        "second": nn.init.conv(rng, 16, 64, (3, 3)),
        "dense": nn.init.mlp(rng, (64, 32, 10)),
    }


def digits():
    """Training and test images and labels."""
    pixels, labels = load_digits(return_X_y=True)
    found = train_test_split(pixels / 16.0, labels, test_size=0.25, stratify=labels, random_state=0)
    return Dataset(found[0], found[2]), Dataset(found[1], found[3])


def train(name, epochs, train_set, test_set, **options):
    """Fitted parameters, their history, and the accuracy on the test images."""
    model, loss = MODELS[name]
    loader = DataLoader(train_set, BATCH, shuffle=True, seed=0, drop_last=True)
    rate = optim.schedules.one_cycle(5e-3, steps=epochs * len(loader))
    fitted = fit(loss, initial(name), loader, optim.adamw(rate), epochs=epochs, **options)

    def right(params, images, labels):
        return nn.metrics.accuracy(model(params, images), labels)

    accuracy = evaluate({"accuracy": right}, fitted.params, DataLoader(test_set, 128))["accuracy"]
    return fitted, accuracy


def main():
    train_set, test_set = digits()
    for name, epochs in EPOCHS.items():
        begun = time.perf_counter()
        epochs = int(sys.argv[1]) if len(sys.argv) > 1 else epochs
        fitted, accuracy = train(name, epochs, train_set, test_set)
        seconds = time.perf_counter() - begun
        last = fitted.history.of("loss")[-1]
        print(
            f"{name}: {100 * accuracy:.2f} % of {len(test_set)} test images, loss {last:.4f}, {fitted.state.step} steps, {seconds:.1f} s"
        )


if __name__ == "__main__":
    main()
