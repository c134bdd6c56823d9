from bakery.models import Order


def monthly_sales(year):
    """The year's report, as the view sends it."""
    return {"year": year, "months": [], "total": {"orders": Order.objects.count()}}
