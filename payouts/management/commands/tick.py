from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from buttons.anywhere import reading_due
from buttons.checks import page_answers
from buttons.hook import delivering
from buttons.proofs import looking
from payouts.operations import lanes


class Command(BaseCommand):
    help = "Do now what the minute's tick would do, and say what was done."

    def handle(self, *args: Any, **options: Any) -> None:
        # First, since a promise is kept once its page was looked at.
        if looked := looking.check_due(first=page_answers.answer_due):
            self.stdout.write(f"looked at {looked} pages")
        if read := reading_due.read_due():
            self.stdout.write(f"read {read} addresses that people pasted")
        for done in lanes.run_all():
            self.stdout.write(done)
        if accepted := delivering.deliver_due():
            self.stdout.write(f"delivered {accepted} events")
        self.stdout.write("Nothing more is due.")
