"""What a network sees: backbones, their embeddings, and where these are kept."""
