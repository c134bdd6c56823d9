"""Nothing: a tea house is opened by whoever visits."""


def seed() -> None:
    pass
