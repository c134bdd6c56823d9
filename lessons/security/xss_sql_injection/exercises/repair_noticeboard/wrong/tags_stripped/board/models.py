from urllib.parse import urlsplit

from django.db import models
from django.utils import timezone
from django.utils.html import format_html


def is_web_address(link):
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


class Notice(models.Model):
    author = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    text = models.TextField()
    link = models.CharField(max_length=300, blank=True)
    draft = models.BooleanField(default=False)
    posted_at = models.DateTimeField(default=timezone.now)

    def byline(self):
        return format_html('<span class="by">{}</span>', self.author)

    def link_html(self):
        if not is_web_address(self.link):
            return ""
        return format_html('<a class="more" href="{}">More</a>', self.link.strip())


class Member(models.Model):
    name = models.CharField(max_length=100)
    email = models.CharField(max_length=100)
    gate_code = models.CharField(max_length=10)
