"""What runs a network: the inference session and the share of the machine that it may use."""
