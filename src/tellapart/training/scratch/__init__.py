"""The `scratch` recipe: a compact network for small images, trained from nothing."""
