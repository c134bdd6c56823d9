from shop.models import Product


def seed():
    Product.objects.create(name="Darjeeling", cents=1200, stock=5)
    Product.objects.create(name="Sencha", cents=900, stock=1)
