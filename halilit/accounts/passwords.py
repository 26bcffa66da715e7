"""Which passwords are too easily guessed: names of this place, and common ones with something around them."""

import re
from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from catalog.models import Brand

# Besides the brands' own names.
NAMES = (
    "halilit", "support", "supportcentre", "supportcenter", "centre", "center", "staff", "admin",
    "administrator", "root",
    "viewer", "editor", "operator", "manual", "manuals", "music", "israel", "חלילית", "תמיכה",
)  # fmt: skip
OWN_PART = 8  # signs that must be left of a password without such names
SHORTEST = 4  # letters of a brand's name that counts
SIGNS = re.compile(r"[\W\d_]+")
# From the first letter to the last; a pattern for the signs at the end would take hours on a long row of digits.
HEART = re.compile(r"[^\W\d_](?:.*[^\W\d_])?", re.DOTALL)
LONGEST = 70  # characters: no common password has more
# What is written for letters: p4ssw0rd.
LETTERS = str.maketrans("013457@$!", "oleastasi")


class NamesOfThisPlace:
    """Refuses a password that is such a name and little besides."""

    def validate(self, password: str, user: object = None) -> None:
        left, found = password.lower(), False
        for name in self.names():
            if name in left:
                left, found = left.replace(name, ""), True
        if found and len(left) < OWN_PART:
            raise ValidationError(
                _("This password is made of names of this place, which are guessed first. Add words of your own.")
            )

    def names(self) -> list[str]:
        brands = [SIGNS.sub("", name.lower()) for name in Brand.objects.values_list("name", flat=True)]
        slugs = list(Brand.objects.values_list("slug", flat=True))
        return sorted({*NAMES, *(one for one in brands + slugs if len(one) >= SHORTEST)}, key=len, reverse=True)

    def get_help_text(self) -> str:
        return _("Your password may not be a name of this place: the site, a brand, a role.")


@cache
def common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


class CommonAtHeart:
    """Refuses one of the 20,000 commonest passwords with digits or signs around it, and two of them in a row."""

    def validate(self, password: str, user: object = None) -> None:
        plain = password.lower()
        hearts = {heart[0] for each in (plain, plain.translate(LETTERS)) if (heart := HEART.search(each))}
        if any(self.is_common(heart) for heart in hearts):
            raise ValidationError(
                _("This password is a common one with something around it. Take several words of your own.")
            )

    def is_common(self, heart: str) -> bool:
        if len(heart) > 2 * LONGEST:
            return False
        if heart in common():
            return True
        return any(heart[:at] in common() and heart[at:] in common() for at in range(3, len(heart) - 2))

    def get_help_text(self) -> str:
        return _("Your password may not be a common one with something around it.")
