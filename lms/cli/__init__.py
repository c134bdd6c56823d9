"""The course from a terminal, for people who like their own editor. Needs Python and nothing else.

`pip install` puts this folder in place by itself, as `django_mastery_cli`: that is why its imports are
relative, and why nothing in here may import Django.
"""
