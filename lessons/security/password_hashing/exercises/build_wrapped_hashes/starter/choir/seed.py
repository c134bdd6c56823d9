from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User

from choir.hashers import QuickPBKDF2

SALTS = {"ada": "kyrieEleison0123456789", "ben": "gloriaInExcelsis012345"}


def seed():
    for name, salt in SALTS.items():
        User.objects.create(username=name, password=MD5PasswordHasher().encode("plainsong", salt))
    pbkdf2 = QuickPBKDF2()
    User.objects.create(username="cora", password=pbkdf2.encode("cantus-firmus", pbkdf2.salt()))
    dora = User(username="dora")
    dora.set_unusable_password()
    dora.save()
