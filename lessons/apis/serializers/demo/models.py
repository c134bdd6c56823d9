from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class Tag(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=30)

    def __str__(self):
        return self.name


class Recipe(models.Model):
    title = models.CharField(max_length=60, unique=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recipes")
    servings = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(50)])
    minutes = models.PositiveSmallIntegerField(help_text="From the first onion to the table.")
    resting = models.PositiveSmallIntegerField(default=0, help_text="Of these, without a cook.")
    secret = models.CharField(max_length=80, blank=True, help_text="What grandmother did not write down.")
    tags = models.ManyToManyField(Tag, related_name="recipes", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.title


class Ingredient(models.Model):
    class Unit(models.TextChoices):
        GRAM = "g"
        LITRE = "l"
        SPOON = "tbsp"
        PIECE = "pc"

    recipe = models.ForeignKey(Recipe, on_delete=models.CASCADE, related_name="ingredients")
    name = models.CharField(max_length=40)
    amount = models.DecimalField(max_digits=6, decimal_places=2)
    unit = models.CharField(max_length=4, choices=Unit, default=Unit.PIECE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recipe", "name"], name="once_in_a_recipe")]

    def __str__(self):
        return f"{self.amount} {self.unit} {self.name}"
