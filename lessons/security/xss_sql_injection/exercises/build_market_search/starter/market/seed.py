from market.models import Stall, Trader


def seed():
    for name, goods, price, rating, is_open in [
        ("O'Hara's Oysters", "oysters, 100% fresh", 4200, 5, True),
        ("Bread & Co", "sourdough, rye", 2500, 4, True),
        ("The <Green> Grocer", "leeks, kale", 2500, 4, True),
        ("Old_Maps", "maps, select prints", 1800, 3, True),
        ("Ziggy's", "records from union street", 1800, 5, True),
        ("Night Stall", "closed on Thursdays", 900, 5, False),
    ]:
        Stall.objects.create(name=name, goods=goods, price=price, rating=rating, is_open=is_open)
    Trader.objects.create(name="Ziggy", bank_account="GB00ZIGG1234")
