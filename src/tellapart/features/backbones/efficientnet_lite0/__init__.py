"""EfficientNet-Lite0 (Tan & Le 2019; Liu 2020), trained on ImageNet by Google, Apache-2.0."""
