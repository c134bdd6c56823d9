# Overrides of the base settings; the rest is as `startproject` writes it.
LOGIN_URL = "home"
LOGIN_REDIRECT_URL = "plot"
LOGOUT_REDIRECT_URL = "home"

# Both providers live in this project, so the addresses have no host.
PROVIDERS = {
    "acorn": {
        "issuer": "https://acorn.example",
        "authorize_url": "/provider/acorn/authorize/",
        "client_id": "garden-at-acorn",
        "client_secret": "a-secret-that-acorn-gave-to-the-garden",
    },
    "birch": {
        "issuer": "https://birch.example",
        "authorize_url": "/provider/birch/authorize/",
        "client_id": "garden-at-birch",
        "client_secret": "a-secret-that-birch-gave-to-the-garden",
    },
}
