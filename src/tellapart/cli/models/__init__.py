"""Commands on models: train, evaluate, predict, feedback, and their versions."""
