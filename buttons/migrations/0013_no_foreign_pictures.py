from django.db import migrations


class Migration(migrations.Migration):
    """Addresses of pictures elsewhere, which nothing shows any more."""

    dependencies = [("buttons", "0012_rare_words")]

    operations = [migrations.RemoveField(model_name="thing", name="image")]
