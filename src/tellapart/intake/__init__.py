"""What comes in: sources, folder layouts, metadata files, inspection of images, quarantine."""
