from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's users, with our forms."""

    user_viewset = "lms.accounts.user_forms.AccountViewSet"
