"""An honest little project, with most of what exercises use, and its checks."""

FILES = {
    "shop/__init__.py": "",
    "shop/models.py": """
from django.conf import settings
from django.db import models

class Category(models.Model):
    name = models.CharField(max_length=50)

class Product(models.Model):
    name = models.CharField(max_length=50)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    category = models.ForeignKey(Category, on_delete=models.CASCADE)
    fans = models.ManyToManyField(settings.AUTH_USER_MODEL)
""",
    "shop/seed.py": """
from django.contrib.auth.models import User
from shop.models import Category, Product

def fill():
    kitchen = Category.objects.create(name="Kitchen")
    for name, price in (("Teapot", "12.50"), ("Kettle", "30.00"), ("Whisk", "4.20")):
        Product.objects.create(name=name, price=price, category=kitchen)
    User.objects.create_user("ada", "ada@example.com", "correct horse")
""",
    "shop/api.py": """
from rest_framework import serializers, viewsets
from shop.models import Product

class ProductSerializer(serializers.ModelSerializer):
    class Meta:
        model = Product
        fields = ["id", "name", "price", "category"]

class ProductViewSet(viewsets.ModelViewSet):
    queryset = Product.objects.order_by("id")
    serializer_class = ProductSerializer
    authentication_classes = []
""",
    "shop/views.py": """
import asyncio
import threading

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.mail import send_mail
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from shop.models import Product

def product_list(request):
    print("listing")
    return render(request, "shop/list.html", {"products": Product.objects.select_related("category")})

@login_required
def account(request):
    request.session["visits"] = request.session.get("visits", 0) + 1
    return HttpResponse(f"{request.user.username} {request.session['visits']}")

def write(request):
    send_mail("Hello", "A body", "shop@example.com", ["ada@example.com"])
    messages.success(request, "Sent.")
    return redirect("list")

async def slow(request):
    await asyncio.gather(*(asyncio.sleep(0.01) for _ in range(5)))
    count = await Product.objects.acount()
    return JsonResponse({"count": count, "loop": asyncio.get_running_loop().is_running()})

def threads(request):
    def add(number):
        Product.objects.create(name=f"T{number}", price=1, category_id=1)
        from django.db import connection
        connection.close()
    workers = [threading.Thread(target=add, args=(n,)) for n in range(4)]
    for worker in workers: worker.start()
    for worker in workers: worker.join()
    return HttpResponse(str(Product.objects.count()))

def broken(request):
    return HttpResponse(1 / 0)
""",
    "shop/templates/shop/list.html": (
        "{% for message in messages %}<i>{{ message }}</i>{% endfor %}"
        "<form method=post>{% csrf_token %}</form>"
        "<ul>{% for product in products %}"
        "<li>{{ product.name }} ({{ product.category.name }})</li>{% endfor %}</ul>"
    ),
    "urls.py": """
from django.contrib import admin
from django.contrib.auth.views import LoginView
from django.urls import include, path
from rest_framework.routers import DefaultRouter
from shop import api, views

router = DefaultRouter()
router.register("products", api.ProductViewSet)
urlpatterns = [
    path("", views.product_list, name="list"),
    path("account/", views.account),
    path("write/", views.write),
    path("slow/", views.slow),
    path("threads/", views.threads),
    path("broken/", views.broken),
    path("api/", include(router.urls)),
    path("admin/", admin.site.urls),
]
""",
    "settings.py": "LOGIN_URL = '/admin/login/'\nLANGUAGE_CODE = 'en-gb'\n",
}

CHECKS = '''
from sandbox.jail.examiner import ExerciseTestCase

class Checks(ExerciseTestCase):
    query_budget = {"test_list": 1}

    def test_list(self):
        """The list shows every product,
        with its category."""
        response = self.client.get("/")
        self.expect(response.status_code, 200)
        self.expect_in("Teapot", response.text, concept="templates")
        self.expect([li.text for li in response.soup.select("li")][0], "Teapot (Kitchen)")
        self.expect_queries(response, at_most=1)

    def test_api(self):
        """The API creates products."""
        response = self.client.post("/api/products/", json={"name": "Pan", "price": "9.00", "category": None})
        self.expect(response.status_code, 400)
        self.expect(sorted(response.json()), ["category"])
        self.expect(self.client.get("/api/products/").json()[0]["price"], "12.50")

    def test_sessions(self):
        """Signing in works, and the session counts."""
        self.expect(self.client.get("/account/").url, "/admin/login/?next=/account/")
        self.expect_true(self.client.login(username="ada", password="correct horse"))
        self.expect(self.client.get("/account/").text, "ada 1")
        self.expect(self.client.get("/account/").text, "ada 2")
        self.expect(self.new_client().get("/account/").status_code, 302)
        self.assertFalse(self.new_client().login(username="ada", password="wrong"))

    def test_mail(self):
        """A message is sent, and said."""
        response = self.client.post("/write/", follow=True)
        self.expect([r.status_code for r in response.history], [302])
        self.expect_in("<i>Sent.</i>", response.text)
        self.expect([m["to"] for m in self.project.mail()], [["ada@example.com"]])
        self.expect(response.history[0].trace["mail"][0]["subject"], "Hello")

    def test_fresh(self):
        """Nothing is left of the earlier checks."""
        self.expect(self.project.mail(), [])
        self.project.run("from shop.models import Product; Product.objects.all().delete()")
        self.expect(self.project.run("from shop.models import *\\nProduct.objects.count()"), 0)

    def test_fresh_again(self):
        """Nor of the one before."""
        source = "from shop.models import Product\\nlist(Product.objects.values_list('name', 'price'))[:1]"
        self.expect(self.project.run(source), [["Teapot", "12.50"]])

    def test_async(self):
        """An async view runs on a loop."""
        self.expect(self.client.get("/slow/").json(), {"count": 3, "loop": True})

    def test_threads(self):
        """Threads share the database."""
        self.expect(self.client.get("/threads/").text, "7")

    def test_csrf(self):
        """Forms need their token."""
        browser = self.new_client(enforce_csrf=True)
        self.expect(browser.post("/write/").status_code, 403)
        token = browser.get("/").soup.select_one("input[name=csrfmiddlewaretoken]")["value"]
        self.expect(browser.post("/write/", data={"csrfmiddlewaretoken": token}).status_code, 302)
'''

APPS = ("shop",)
SEED = "shop.seed.fill"
