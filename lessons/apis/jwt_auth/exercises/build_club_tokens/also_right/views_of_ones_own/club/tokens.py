from rest_framework_simplejwt.tokens import RefreshToken


def pair_for(user):
    refresh = RefreshToken.for_user(user)
    access = refresh.access_token
    access["role"] = user.member.role
    return {"access": str(access), "refresh": str(refresh)}
