from django.db import migrations, models


class Migration(migrations.Migration):
    """What pages call the columns of invoices."""

    dependencies = [
        ("payouts", "0021_notices_end"),
    ]

    operations = [
        migrations.AlterField(
            model_name="invoice",
            name="currency",
            field=models.CharField(max_length=3, verbose_name="currency"),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="customer",
            field=models.TextField(blank=True, verbose_name="to"),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="customer_address",
            field=models.TextField(blank=True, verbose_name="their address"),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="customer_vat_id",
            field=models.TextField(blank=True, verbose_name="their VAT id"),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="note",
            field=models.TextField(blank=True, verbose_name="why no VAT"),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="number",
            field=models.IntegerField(verbose_name="number"),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="seller",
            field=models.TextField(verbose_name="from"),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="seller_address",
            field=models.TextField(verbose_name="our address"),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="seller_vat_id",
            field=models.TextField(blank=True, verbose_name="our VAT id"),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="year",
            field=models.IntegerField(verbose_name="year"),
        ),
        migrations.AlterField(
            model_name="payer",
            name="mandate_id",
            field=models.CharField(blank=True, max_length=100, verbose_name="mandate"),
        ),
    ]
