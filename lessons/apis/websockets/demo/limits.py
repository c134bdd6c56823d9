"""How much one connection may ask for."""

MOST_CHARACTERS = 500  # of a message
MOST_FRAME = 4_000  # characters of a frame
MOST_REFUSALS = 20  # of one connection, until it is closed


class Bucket:
    """A token for each message; `burst` fit in, and `per_second` are added."""

    def __init__(self, burst: float, per_second: float, now: float) -> None:
        self.burst = self.tokens = burst
        self.per_second = per_second
        self.filled_at = now

    def take(self, now: float) -> float:
        """0 where there was a token; else the seconds until there is one."""
        self.tokens = min(self.burst, self.tokens + (now - self.filled_at) * self.per_second)
        self.filled_at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return round((1 - self.tokens) / self.per_second, 2)
