"""Staff with a role, for tests."""

from typing import Any

from django.contrib.auth.models import Group, User

from halilit.roles import Role, refresh


def staff_as(role: Role | str = Role.OPERATOR, name: str = "dana", **fields: Any) -> User:
    """A member of staff in the group of that role."""
    user = User.objects.create_user(name, is_staff=True, **fields)
    group, made = Group.objects.get_or_create(name=str(role))
    if made:
        refresh()
    user.groups.add(group)
    return user
