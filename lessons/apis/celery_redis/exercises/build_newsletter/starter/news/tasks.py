from celery import shared_task


@shared_task
def deliver(issue_id, subscriber_id):
    pass
