"""Acorn and Birch, two OpenID Connect providers, in the site's own process: they work without a network."""
