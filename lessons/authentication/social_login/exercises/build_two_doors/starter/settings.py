# Overrides of the base settings; the rest is as `startproject` writes it.
LOGIN_URL = "home"
LOGIN_REDIRECT_URL = "shelf"
LOGOUT_REDIRECT_URL = "home"

# Both providers live in this project, so the addresses have no host.
PROVIDERS = {
    "acorn": {
        "issuer": "https://acorn.example",
        "authorize_url": "/provider/acorn/authorize/",
        "client_id": "shed-at-acorn",
        "client_secret": "a-secret-that-acorn-gave-to-the-shed",
    },
    "birch": {
        "issuer": "https://birch.example",
        "authorize_url": "/provider/birch/authorize/",
        "client_id": "shed-at-birch",
        "client_secret": "a-secret-that-birch-gave-to-the-shed",
    },
}
