"""Images: how bytes become pixels, and pixels become what a network is fed."""
