from celery import shared_task

from news import postman
from news.models import Delivery, Issue, Subscriber


@shared_task(autoretry_for=(postman.Busy,), retry_backoff=5, retry_jitter=False, max_retries=3)
def deliver(issue_id, subscriber_id):
    try:
        issue = Issue.objects.get(pk=issue_id)
        subscriber = Subscriber.objects.get(pk=subscriber_id)
    except (Issue.DoesNotExist, Subscriber.DoesNotExist):
        return
    row, new = Delivery.objects.get_or_create(issue=issue, subscriber=subscriber)
    if not new:
        return
    try:
        postman.deliver(subscriber.email, issue.subject)
    except postman.Refused:
        row.delete()
        subscriber.bounced = True
        subscriber.save()
    except postman.Busy:
        row.delete()
        raise
