from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """What was decided about a payout stays as it was decided."""

    dependencies = [
        ("payouts", "0003_close"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    # Not reversible: what it guards would be lost with it.
    operations = [migrations.RunSQL((SQL / "0004_payout_guards.sql").read_text())]
