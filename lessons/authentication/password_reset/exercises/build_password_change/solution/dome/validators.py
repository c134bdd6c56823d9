from django.core.exceptions import ValidationError


class HouseWordsValidator:
    """No word that everybody connects with this place."""

    def __init__(self, words):
        self.words = [word.lower() for word in words]

    def validate(self, password, user=None):
        squeezed = "".join(character for character in password.lower() if character.isalnum())
        for word in self.words:
            if word in squeezed:
                raise ValidationError(f"The password contains “{word}”.", code="password_has_house_word")

    def get_help_text(self):
        return f"Your password can’t contain {', '.join(self.words)}."


class NotTheSameValidator:
    """A change has to change something."""

    def validate(self, password, user=None):
        if user is not None and user.check_password(password):
            raise ValidationError("That is your password already.", code="password_unchanged")

    def get_help_text(self):
        return "Your password can’t be the one you have."
