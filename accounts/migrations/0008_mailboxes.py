from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import migrations, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.db.utils import IntegrityError

from accounts.mailboxes import NoMailbox, one_form

SQL = Path(__file__).parent.parent / "sql"
TABLES = (
    ("accounts", "User"),
    ("account", "EmailAddress"),
    ("accounts", "FormerAddress"),
)
# What may be written in another way.
OTHERS = (
    ~Q(email=Lower("email"))
    | Q(email__regex="[^\x01-\x7f]")
    | Q(email__contains="xn--")
)


def rewrite(apps: Any, _editor: Any) -> None:
    """Bring every address into its one form.

    Where two accounts turn out to have one mailbox a person has to decide: it stops
    and names them, and nothing is changed.
    """
    for app, name in TABLES:
        rows = apps.get_model(app, name).objects
        for pk, email in rows.filter(OTHERS).values_list("pk", "email"):
            try:
                with transaction.atomic():
                    rows.filter(pk=pk).update(email=one_form(email))
            except (NoMailbox, IntegrityError) as refused:
                raise CommandError(
                    f"{name} {pk} has the address {email}. It has no other spelling,"
                    " or another account has it in another spelling already. Change"
                    " one of them with the version that ran until now, then migrate"
                    " again."
                ) from refused


class Migration(migrations.Migration):
    """One form of mail addresses, so that one mailbox is one account."""

    dependencies = [
        ("accounts", "0007_one_namespace"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.RunPython(rewrite, migrations.RunPython.noop),
        migrations.RunSQL((SQL / "0008_mailboxes.sql").read_text()),
    ]
