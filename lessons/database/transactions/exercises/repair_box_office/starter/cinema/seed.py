from cinema.models import Card, Show


def seed():
    Card.objects.create(email="ada@example.com", balance=5000)
    Card.objects.create(email="bo@example.com", balance=700)
    Show.objects.create(title="Night Ferry", price=1200)
