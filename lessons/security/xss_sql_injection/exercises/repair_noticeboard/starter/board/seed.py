from datetime import UTC, datetime

from board.models import Member, Notice


def seed():
    for number, (author, title, text, link, draft) in enumerate(
        [
            (
                "Maeve O'Brien",
                "Leeks to give away",
                "Plot 7.\nBring a bag.",
                "https://leeks.example/?a=1&b=2",
                False,
            ),
            ("Tom", "AGM on Friday", "In the hut.\nTea at six.", "", False),
            ("Ada", "Seeds 50% off", "Millbrook Nursery, until Sunday", "http://nursery.example/sale", False),
            ("Zoe", "Water butt wanted", "Any size", "", False),
            ("Tom", "Hut key", "It is under the second pot", "", True),
        ]
    ):
        Notice.objects.create(
            author=author,
            title=title,
            text=text,
            link=link,
            draft=draft,
            posted_at=datetime(2026, 3, 1 + number, tzinfo=UTC),
        )
    Member.objects.create(name="Tom", email="tom@millbrook.example", gate_code="8146")
    Member.objects.create(name="Ada", email="ada@millbrook.example", gate_code="2350")
