"""The training loop of the recipes that train a Keras network."""
