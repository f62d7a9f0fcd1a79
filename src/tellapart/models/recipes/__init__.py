"""Ways to train: each turns a training set into a trained model."""
