from datetime import UTC, datetime, timedelta

from desk.models import Agent, Comment, Customer, Tag, Ticket


def seed():
    agents = [Agent.objects.create(name=name) for name in ("Imke", "Joel")]
    customers = [
        Customer.objects.create(name=name, email=f"{name.lower()}@mail.example")
        for name in ("Ada", "Ben", "Cleo", "Dov")
    ]
    tags = [Tag.objects.create(name=name) for name in ("billing", "login", "printer")]
    start = datetime(2025, 3, 3, 8, tzinfo=UTC)
    for number in range(24):
        ticket = Ticket.objects.create(
            subject=f"Ticket {number}",
            agent=agents[number % 2],
            customer=customers[number % 4],
            opened_at=start + timedelta(hours=3 * number),
            state="closed" if number % 5 == 0 else "open",
        )
        ticket.tags.set(tags[: number % 4])
        for n in range(number % 3):
            Comment.objects.create(ticket=ticket, text=f"Comment {n}")
