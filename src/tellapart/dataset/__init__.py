"""The labelled pictures: where they come from, which split they are in, what they are like."""
