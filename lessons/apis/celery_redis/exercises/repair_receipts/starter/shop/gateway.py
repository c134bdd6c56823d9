"""The bank. In place of a network it has a few variables."""

booked = {}  # cents by key
busy = 0  # so many calls from now on are answered: try again later
lost = 0  # so many are booked, and their answer is lost
blocked = False
calls = 0


class Busy(Exception):
    pass


class LineLost(Exception):
    pass


class Declined(Exception):
    pass


def charge(cents, key):
    """Book the amount. A key that was booked before is not booked again."""
    global busy, lost, calls
    calls += 1
    if blocked:
        raise Declined("This card is blocked.")
    if busy:
        busy -= 1
        raise Busy("Try again later.")
    booked.setdefault(key, cents)
    if lost:
        lost -= 1
        raise LineLost("No answer.")
