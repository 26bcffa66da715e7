import pytest
from django.contrib.auth.models import User

from rag.pace import pace

from .entering import PASSWORD


@pytest.fixture
def dana(db):
    pace.clear()
    return User.objects.create_user("dana", "dana@halilit.test", password=PASSWORD, is_staff=True, is_superuser=True)
