"""The model file: its format, how it is built and proved, and prediction with it."""
