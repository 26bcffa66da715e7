import catalog.logos
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0012_patterns_and_logos_are_checked'),
    ]

    operations = [
        migrations.AlterField(
            model_name='media',
            name='file',
            field=models.ImageField(blank=True, height_field='height', max_length=300, upload_to='media', validators=[catalog.logos.validate_logo], verbose_name='stored picture', width_field='width'),
        ),
    ]
