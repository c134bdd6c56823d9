from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "lms.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.account.signals import authentication_step_completed
        from allauth.mfa.signals import authenticator_added, authenticator_removed
        from django.contrib.auth import get_user_model
        from django.db.models.signals import m2m_changed

        from lms.accounts import staff, step_up

        m2m_changed.connect(
            staff.on_groups, sender=get_user_model().groups.through, dispatch_uid="staff_by_role"
        )
        authentication_step_completed.connect(step_up.on_step, dispatch_uid="step_up")
        authenticator_added.connect(step_up.on_added, dispatch_uid="step_up")
        authenticator_removed.connect(step_up.on_removed, dispatch_uid="step_up")
