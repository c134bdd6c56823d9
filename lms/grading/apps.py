from django.apps import AppConfig


class GradingConfig(AppConfig):
    name = "lms.grading"
    label = "grading"

    def ready(self) -> None:
        from content.verifying import use_runner
        from lms.grading.tasks import send_verification

        use_runner(send_verification)
