"""A small shop. Run as often as you like."""

from decimal import Decimal

from .models import Book, Comment, Staff, Switches

# title, author, price, on the public shelves
BOOKS = [
    ("The Lighthouse Keeper’s Arithmetic", "Ines Okafor", "14.50", True),
    ("100% Rye", "Kaspar Lind", "22.00", True),
    ("O'Brien's Second Winter", "Maeve O'Brien", "11.90", True),
    ("Tides & Timetables", "Jun Watanabe", "18.00", True),
    ("A Short History of <br>", "Tessa Marsh", "9.75", True),
    ("Knots for the Undecided", "Pia Holm", "12.40", True),
    ("Under_score", "R. Vega", "7.20", True),
    ("The Auction List (not yet public)", "Harbour Street Books", "480.00", False),
]
STAFF = [("Oskar", "4071"), ("Lena", "9925")]
COMMENTS = [
    ("Maeve O'Brien", "https://maeve.example/", "Tea & books, and the heating works. I'll be back."),
    ("Jun", "", "You still have my umbrella <3"),
]


def seed() -> None:
    Switches.objects.update_or_create(pk=1)
    for title, author, price, is_public in BOOKS:
        Book.objects.update_or_create(
            title=title, defaults={"author": author, "price": Decimal(price), "is_public": is_public}
        )
    for name, pin in STAFF:
        Staff.objects.update_or_create(name=name, defaults={"pin": pin})
    for name, homepage, text in COMMENTS:
        Comment.objects.update_or_create(name=name, defaults={"homepage": homepage, "text": text})
