"""Three platforms, on which nothing was deployed yet, and the manifests that somebody began."""

from .models import App

PROCFILE = """web: gunicorn mysite.wsgi
"""
APP_JSON = """{
  "name": "Lost socks",
  "env": {
    "SECRET_KEY": {"generator": "secret"}
  },
  "addons": ["heroku-postgresql:essential-0"]
}
"""
RENDER = """services:
  - type: web
    name: lost-socks
    runtime: python
    plan: starter
    buildCommand: pip install -r requirements.txt
    startCommand: gunicorn config.wsgi
    envVars:
      - key: SECRET_KEY
        generateValue: true
      - key: ALLOWED_HOSTS
        value: lost-socks.onrender.com
"""
VERCEL = """{
  "$schema": "https://openapi.vercel.sh/vercel.json"
}
"""


def seed() -> None:
    App.objects.bulk_create(
        [
            App(
                platform="heroku",
                manifests={"Procfile": PROCFILE, ".python-version": "3.13\n", "app.json": APP_JSON},
            ),
            App(platform="render", manifests={"render.yaml": RENDER}),
            App(platform="vercel", manifests={"vercel.json": VERCEL}),
        ]
    )
