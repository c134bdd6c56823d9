from celery import shared_task

from news import postman
from news.models import Delivery, Issue, Subscriber


@shared_task(bind=True, max_retries=3)
def deliver(self, issue_id, subscriber_id):
    issue = Issue.objects.filter(pk=issue_id).first()
    subscriber = Subscriber.objects.filter(pk=subscriber_id).first()
    if issue is None or subscriber is None:
        return
    try:
        postman.deliver(subscriber.email, issue.subject)
    except postman.Busy as error:
        raise self.retry(exc=error, countdown=5 * 2**self.request.retries) from error
    except postman.Refused:
        Subscriber.objects.filter(pk=subscriber_id).update(bounced=True)
    else:
        Delivery.objects.get_or_create(issue=issue, subscriber=subscriber)
