# The consumer of a lot goes here.
