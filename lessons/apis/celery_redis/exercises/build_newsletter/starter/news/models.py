from django.db import models


class Issue(models.Model):
    subject = models.CharField(max_length=80)


class Subscriber(models.Model):
    email = models.EmailField(unique=True)
    bounced = models.BooleanField(default=False)


class Delivery(models.Model):
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="deliveries")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "subscriber"], name="one_letter_each")]
