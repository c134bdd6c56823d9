"""Is there any? How many? The same answer, by ways that fetch thousands of rows for it, or none."""

from django.db.models import QuerySet


def by_truth(held: QuerySet) -> bool:
    """if held: fetches every row, and keeps them."""
    return bool(held)


def by_exists(held: QuerySet) -> bool:
    """exists(): SELECT 1 … LIMIT 1."""
    return held.exists()


def by_count_above_nought(held: QuerySet) -> bool:
    """count() > 0: counts all of them to learn that there is one."""
    return held.count() > 0


def by_len(held: QuerySet) -> int:
    """len(): makes an instance of each row, and counts those."""
    return len(held)


def by_count(held: QuerySet) -> int:
    """count(): the database counts."""
    return held.count()


def by_len_and_loop(held: QuerySet) -> int:
    """len(), then a loop over the same QuerySet: one query for both."""
    return len(held) - sum(parcel.weight < 0 for parcel in held)


def by_count_and_loop(held: QuerySet) -> int:
    """count(), then a loop: two queries, the second of which has what the first asked for."""
    return held.count() - sum(parcel.weight < 0 for parcel in held)


WAYS = [
    by_truth,
    by_exists,
    by_count_above_nought,
    by_len,
    by_count,
    by_len_and_loop,
    by_count_and_loop,
]
