from celery import shared_task

from news import postman
from news.models import Delivery, Issue, Subscriber


@shared_task(bind=True, max_retries=3)
def deliver(self, issue_id, subscriber_id):
    issue = Issue.objects.filter(pk=issue_id).first()
    subscriber = Subscriber.objects.filter(pk=subscriber_id).first()
    if issue is None or subscriber is None or subscriber.deliveries.filter(issue=issue).exists():
        return
    try:
        postman.deliver(subscriber.email, issue.subject)
    except (postman.Busy, postman.Refused) as error:
        raise self.retry(exc=error, countdown=5 * 2**self.request.retries) from error
    else:
        Delivery.objects.create(issue=issue, subscriber=subscriber)
