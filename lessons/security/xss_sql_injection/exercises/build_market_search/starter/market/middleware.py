"""The market's own middleware."""
