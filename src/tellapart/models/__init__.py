"""Networks: features, recipes, export and the package that is served."""
