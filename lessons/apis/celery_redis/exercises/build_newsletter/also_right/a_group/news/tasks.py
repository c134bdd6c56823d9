from celery import shared_task
from django.db import transaction

from news.models import Delivery, Issue, Subscriber
from news.postman import Busy, Refused
from news.postman import deliver as post


@shared_task(bind=True, max_retries=3, ignore_result=True)
def deliver(self, issue_id, subscriber_id):
    try:
        with transaction.atomic():
            subscriber = Subscriber.objects.select_for_update().get(pk=subscriber_id)
            issue = Issue.objects.get(pk=issue_id)
            _, new = Delivery.objects.get_or_create(issue=issue, subscriber=subscriber)
            if new:
                post(subscriber.email, issue.subject)
    except (Subscriber.DoesNotExist, Issue.DoesNotExist):
        return
    except Busy as error:
        raise self.retry(exc=error, countdown=(5, 10, 20, 40)[self.request.retries]) from error
    except Refused:
        Subscriber.objects.filter(pk=subscriber_id).update(bounced=True)
