from django.contrib.auth.models import User

from garden.models import Identity


def seed():
    User.objects.create_user("ada", "ada@analytical.example", "analytical-engine")
    zoe = User.objects.create_user("acorn-1002", "zoe@quay.example", first_name="Zoe")
    Identity.objects.create(user=zoe, issuer="https://acorn.example", subject="1002")
