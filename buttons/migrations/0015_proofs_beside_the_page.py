from django.db import migrations, models


class Migration(migrations.Migration):
    """Three more ways in which a page is proved; the column stays as it is."""

    dependencies = [("buttons", "0014_pasted_lists")]

    operations = [
        migrations.AlterField(
            model_name="proof",
            name="kind",
            field=models.CharField(
                choices=[
                    ("button", "by the button on the page"),
                    ("meta", "by a tag on the page"),
                    ("payment", "by a payment link on the page"),
                    ("me", "by a link to their profile"),
                    ("account", "by the account that the page belongs to"),
                    ("funding", "by FUNDING.yml of the repository"),
                    ("manifest", "by its funding.json"),
                    ("podcast", "by podcast:funding in its feed"),
                    ("dns", "by its host’s DNS"),
                    ("file", "by a file on its host"),
                ],
                max_length=10,
            ),
        )
    ]
