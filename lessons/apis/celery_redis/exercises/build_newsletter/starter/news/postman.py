"""The post office. In place of a network it has a few variables."""

delivered = []  # [email, subject]
busy = {}  # email: so many times from now on
refused = set()  # emails


class Busy(Exception):
    pass


class Refused(Exception):
    pass


def deliver(email, subject):
    if email in refused:
        raise Refused(f"{email}: no such mailbox")
    if busy.get(email):
        busy[email] -= 1
        raise Busy("Too many letters, try again later.")
    delivered.append([email, subject])
