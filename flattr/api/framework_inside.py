"""What we need of REST framework's inside, and nothing else of ours touches.

It reads a query string its own way; old links are read as they came. Django's request,
which has the words as they were sent, stands under a private name.
"""

from __future__ import annotations

from django.http import HttpRequest
from rest_framework.request import Request


def as_sent(request: Request) -> HttpRequest:
    """Django's request, which the framework's stands for."""
    sent: HttpRequest = request._request
    return sent
