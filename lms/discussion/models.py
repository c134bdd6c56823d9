"""Questions and answers below lessons and exercises, and problems that readers report.

Lessons, exercises and blocks are named, not referred to by key: what people wrote outlives a page that is
loaded again. An account that is deleted leaves its posts behind, without a name.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from lms.accounts.models import User
from lms.letters.models import Mailing

MOST_TEXT = 10_000  # characters


class Voice(models.Model):
    """How somebody is called in discussions: an account has an address only, which nobody is shown."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="voice")
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="voice_of_one")]

    def __str__(self) -> str:
        return self.name


class Thread(models.Model):
    """A question with what was said to it. `exercise` is empty below a lesson."""

    lesson = models.CharField(max_length=100)
    exercise = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=150)
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="threads")
    created_at = models.DateTimeField()
    active_at = models.DateTimeField(help_text="When something was last said")
    answer = models.OneToOneField(
        "Post", null=True, on_delete=models.SET_NULL, related_name="+", help_text="The post that answers it"
    )
    locked_at = models.DateTimeField(null=True)

    class Meta:
        permissions = [("moderate", "Can moderate discussions and close reported problems")]
        indexes = [
            models.Index(fields=["lesson", "exercise", "-active_at"], name="thread_of_place"),
            models.Index(fields=["created_at"], condition=Q(answer=None), name="thread_open"),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.title}"

    @property
    def place(self) -> str:
        return f"{self.lesson}/{self.exercise}" if self.exercise else self.lesson

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None


class Post(models.Model):
    """What somebody said; the first of a thread asks the question.

    `removed_at`: its author took it back, and the text is gone. `hidden_at`: a moderator hid it; the text
    is kept for moderators and for its author.
    """

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="posts")
    text = models.TextField(max_length=MOST_TEXT, blank=True, help_text="Markdown")
    is_question = models.BooleanField(default=False)
    is_spoiler = models.BooleanField(default=False)
    has_code = models.BooleanField(default=False, help_text="See spoilers.py")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thread"], condition=Q(is_question=True), name="post_one_question"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(text=""), name="post_removed_without_text"
            ),
        ]
        indexes = [models.Index(fields=["author", "-created_at"], name="post_of_author")]

    def __str__(self) -> str:
        return f"{self.thread}, post {self.pk}"

    @property
    def anchor(self) -> str:
        return f"post-{self.pk}"

    def get_absolute_url(self) -> str:
        """The page of its thread that it stands on, at the post."""
        return f"{reverse('thread', args=[self.thread_id])}?post={self.pk}#{self.anchor}"


class Edit(models.Model):
    """That somebody changed a post of theirs just now. Older ones are forgotten: see writing.py."""

    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"by {self.author}"


class Subscription(models.Model):
    """Whether somebody wants mail about a thread. Who said no is not asked again by taking part."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="subscriptions")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="subscriptions")
    wanted = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="subscription_once")]

    def __str__(self) -> str:
        return f"{self.user} {'follows' if self.wanted else 'left'} {self.thread}"


class Report(models.Model):
    """What a reader wants somebody of the staff to look at. It is open until somebody has."""

    reported_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(max_length=2_000)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        abstract = True


class Problem(Report):
    """Something is wrong with a block of a lesson. `block_name` is what the block was then."""

    class Kind(models.TextChoices):
        WRONG = "wrong", "It is wrong"
        BROKEN = "broken", "It does not work"
        UNCLEAR = "unclear", "I do not understand it"
        OTHER = "other", "Something else"

    lesson = models.CharField(max_length=100)
    block = models.UUIDField(help_text="The block's id on the page")
    block_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)

    class Meta:
        indexes = [models.Index(fields=["created_at"], condition=Q(closed_at=None), name="problem_open")]

    def __str__(self) -> str:
        return f"{self.lesson}, {self.block_name}: {self.get_kind_display()}"


class Complaint(Report):
    """A post should not stand there, somebody says."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="complaints")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "reported_by"], condition=Q(closed_at=None), name="complaint_once"
            )
        ]

    def __str__(self) -> str:
        return f"about {self.post}"


class Notice(Mailing):
    """Something that people are written to about."""

    class Kind(models.TextChoices):
        REPLY = "reply"
        QUESTION = "question"
        PROBLEM = "problem"
        CLOSED = "closed", "the problem was looked at"

    kind = models.CharField(max_length=10, choices=Kind)
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="+")
    problem = models.ForeignKey(Problem, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["reply", "question"], post__isnull=False, problem=None)
                | Q(kind__in=["problem", "closed"], post=None, problem__isnull=False),
                name="notice_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.post or self.problem}"
