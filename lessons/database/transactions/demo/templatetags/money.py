from django import template

register = template.Library()


@register.filter
def money(cents: int) -> str:
    """120000 as 1,200.00"""
    return f"{cents / 100:,.2f}"
