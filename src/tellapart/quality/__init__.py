"""What is wrong with images: duplicates, label issues, outliers, and the embedding map."""
