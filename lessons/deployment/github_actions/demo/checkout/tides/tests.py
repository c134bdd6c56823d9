from django.test import TestCase
from django.utils import timezone

from tides.levels import level
from tides.models import Reading


class LevelTests(TestCase):
    def test_an_ordinary_tide_is_calm(self):
        self.assertEqual(level(310), "calm")

    def test_a_spring_tide_is_watched(self):
        self.assertEqual(level(380), "watch")

    def test_a_storm_surge_floods_the_quay(self):
        self.assertEqual(level(450), "flood")


class BoardTests(TestCase):
    def test_the_board_shows_the_newest_reading(self):
        Reading.objects.create(at=timezone.now(), centimetres=460)
        self.assertEqual(self.client.get("/").json(), {"centimetres": 460, "level": "flood"})
