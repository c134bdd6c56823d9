from django.apps import AppConfig


class XrayConfig(AppConfig):
    name = "sandbox.xray"
    label = "xray"
