"""The `finetune` recipe: a pretrained network is trained further."""
