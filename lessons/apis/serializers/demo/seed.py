"""Four recipes of two cooks."""

from decimal import Decimal

from django.contrib.auth.models import User

from .models import Ingredient, Recipe, Tag

TAGS = {"vegan": "Vegan", "winter": "For the winter", "quick": "Quick", "sunday": "Sunday lunch"}
# title, author, servings, minutes, resting, secret, tags, ingredients
RECIPES = [
    (
        *("Onion Soup", "nadia", 4, 75, 0, "A spoon of miso", ["winter", "sunday"]),
        [("onion", "6", "pc"), ("butter", "60", "g"), ("stock", "1.50", "l"), ("bread", "4", "pc")],
    ),
    (
        *("Lentil Stew", "nadia", 6, 50, 0, "", ["vegan", "winter"]),
        [("lentils", "400", "g"), ("carrot", "3", "pc"), ("cumin", "0.50", "tbsp")],
    ),
    (
        *("Focaccia", "tomas", 8, 200, 150, "Potato water", ["vegan", "sunday"]),
        [("flour", "500", "g"), ("water", "0.40", "l"), ("olive oil", "4", "tbsp")],
    ),
    (
        *("Tomato Toast", "tomas", 2, 10, 0, "", ["vegan", "quick"]),
        [("bread", "2", "pc"), ("tomato", "3", "pc"), ("garlic", "0.25", "pc")],
    ),
]


def seed() -> None:
    cooks = {name: User.objects.create_user(name) for name in ("nadia", "tomas")}
    tags = {slug: Tag.objects.create(slug=slug, name=name) for slug, name in TAGS.items()}
    for title, author, servings, minutes, resting, secret, its_tags, ingredients in RECIPES:
        recipe = Recipe.objects.create(
            title=title,
            author=cooks[author],
            servings=servings,
            minutes=minutes,
            resting=resting,
            secret=secret,
        )
        recipe.tags.set([tags[slug] for slug in its_tags])
        for name, amount, unit in ingredients:
            Ingredient.objects.create(recipe=recipe, name=name, amount=Decimal(amount), unit=unit)
