from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "lms.progress"
    label = "progress"

    def ready(self) -> None:
        from lms.grading.regrading import use_recount
        from lms.progress.recount import recount

        use_recount(recount)
