"""How a model learns: options, choice of the recipe, augmentation, and the recipes."""
