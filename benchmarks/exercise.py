"""The exercise that the benchmarks grade: three models, one DRF endpoint, six checks."""

import json

from sandbox.jail import Project

FILES = {
    "library/__init__.py": "",
    "library/models.py": """
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=100)


class Book(models.Model):
    title = models.CharField(max_length=200)
    year = models.IntegerField()
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")


class Loan(models.Model):
    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="loans")
    reader = models.CharField(max_length=100)
    returned = models.BooleanField(default=False)
""",
    "library/seed.py": """
from library.models import Author, Book, Loan


def fill():
    lem = Author.objects.create(name="Stanisław Lem")
    leguin = Author.objects.create(name="Ursula K. Le Guin")
    solaris = Book.objects.create(title="Solaris", year=1961, author=lem)
    Book.objects.create(title="The Dispossessed", year=1974, author=leguin)
    Loan.objects.create(book=solaris, reader="Ada")
""",
    "library/api.py": """
from django.db.models import Count, Q
from rest_framework import serializers, viewsets

from library.models import Book


class BookSerializer(serializers.ModelSerializer):
    author_name = serializers.CharField(source="author.name", read_only=True)
    out = serializers.IntegerField(read_only=True)

    class Meta:
        model = Book
        fields = ["id", "title", "year", "author", "author_name", "out"]

    def validate_year(self, year):
        if year > 2100:
            raise serializers.ValidationError("That is in the future.")
        return year


class BookViewSet(viewsets.ModelViewSet):
    serializer_class = BookSerializer
    authentication_classes = []

    def get_queryset(self):
        books = Book.objects.select_related("author").order_by("title")
        return books.annotate(out=Count("loans", filter=Q(loans__returned=False)))
""",
    "urls.py": """
from django.urls import include, path
from rest_framework.routers import DefaultRouter

from library.api import BookViewSet

router = DefaultRouter()
router.register("books", BookViewSet, basename="book")
urlpatterns = [path("", include(router.urls))]
""",
}

CHECKS = '''
from sandbox.jail.examiner import ExerciseTestCase


class Checks(ExerciseTestCase):
    query_budget = {"test_list": 1}

    def test_list(self):
        """The list shows every book with its author, in one query."""
        response = self.client.get("/books/")
        self.expect(response.status_code, 200)
        self.expect([book["title"] for book in response.json()], ["Solaris", "The Dispossessed"])
        self.expect(response.json()[0]["author_name"], "Stanisław Lem")
        self.expect_queries(response, at_most=1)

    def test_out(self):
        """A book knows how many of it are out."""
        self.expect([book["out"] for book in self.client.get("/books/").json()], [1, 0])

    def test_create(self):
        """A book can be added."""
        response = self.client.post("/books/", json={"title": "Fiasco", "year": 1986, "author": 1})
        self.expect(response.status_code, 201)

    def test_refuse(self):
        """A book from the future is refused."""
        response = self.client.post("/books/", json={"title": "X", "year": 3000, "author": 1})
        self.expect(response.status_code, 400)
        self.expect(list(response.json()), ["year"])

    def test_change(self):
        """A title can be changed."""
        response = self.client.patch("/books/2/", json={"title": "Always Coming Home"})
        self.expect(response.json()["title"], "Always Coming Home")

    def test_remove(self):
        """A book that is removed is gone."""
        self.expect(self.client.delete("/books/1/").status_code, 204)
        self.expect(self.client.get("/books/1/").status_code, 404)
'''

# What a learner writes here; the models, the seed and the settings are the exercise's own.
EDITABLE = ("library/api.py", "urls.py")

PROJECT = Project(files=FILES, apps=("library",), seed="library.seed.fill", editable=EDITABLE)


def job() -> bytes:
    """What a grade needs, as one line of JSON, for a process that is not ours."""
    parts = {"apps": list(PROJECT.apps), "urls": PROJECT.urls, "seed": PROJECT.seed, "checks": CHECKS}
    return json.dumps({"files": dict(PROJECT.files), **parts}).encode() + b"\n"
