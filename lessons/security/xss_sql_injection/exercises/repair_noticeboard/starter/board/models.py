from django.db import models
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe


class Notice(models.Model):
    author = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    text = models.TextField()
    link = models.CharField(max_length=300, blank=True)
    draft = models.BooleanField(default=False)
    posted_at = models.DateTimeField(default=timezone.now)

    def byline(self):
        return mark_safe(f'<span class="by">{self.author}</span>')

    def link_html(self):
        if not self.link:
            return ""
        return format_html(f'<a class="more" href="{self.link}">More</a>')


class Member(models.Model):
    name = models.CharField(max_length=100)
    email = models.CharField(max_length=100)
    gate_code = models.CharField(max_length=10)
