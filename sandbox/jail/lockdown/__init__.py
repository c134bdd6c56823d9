"""What stands between a learner's code and the machine: limits, Landlock, seccomp.

Knows nothing of Django.
"""
