import re

from django.core.exceptions import ValidationError

WORDS = re.compile("h.?o.?l.?l.?o.?w|d.?o.?m.?e|p.?e.?r.?s.?e.?i.?d", re.IGNORECASE)


class HollowHillValidator:
    def validate(self, password, user=None):
        errors = []
        if WORDS.search(re.sub(r"[^a-z0-9]", "", password.lower())):
            errors.append(ValidationError("It contains a word of the house.", code="house_word"))
        if user is not None and user.has_usable_password() and user.check_password(password):
            errors.append(ValidationError("It is the one you have.", code="unchanged"))
        if errors:
            raise ValidationError(errors)

    def get_help_text(self):
        return "No word of the house (hollow, dome, perseid), and not the one you have."
