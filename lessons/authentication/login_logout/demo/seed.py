"""Two readers and eight books. Run as often as you like."""

from django.contrib.auth.models import User

from .models import Book

READERS = {"ada": "analytical-engine", "grace": "nanosecond-wire"}

BOOKS = [
    ("Frankenstein", "Mary Shelley", 1818),
    ("Middlemarch", "George Eliot", 1871),
    ("The Time Machine", "H. G. Wells", 1895),
    ("The Trial", "Franz Kafka", 1925),
    ("Mrs Dalloway", "Virginia Woolf", 1925),
    ("Ficciones", "Jorge Luis Borges", 1944),
    ("Things Fall Apart", "Chinua Achebe", 1958),
    ("The Left Hand of Darkness", "Ursula K. Le Guin", 1969),
]


def seed() -> None:
    for username, password in READERS.items():
        user, _ = User.objects.get_or_create(username=username)
        user.set_password(password)
        user.save()
    for title, author, year in BOOKS:
        Book.objects.update_or_create(title=title, defaults={"author": author, "year": year})
