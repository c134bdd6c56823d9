from django.contrib import admin

from lms.classes.models import Cohort


@admin.register(Cohort)
class CohortAdmin(admin.ModelAdmin):
    """For administrators: all classes, with their teachers. The teacher's own pages have everything else."""

    fields = ("name", "starts_on", "ends_on", "teachers")
    raw_id_fields = ("teachers",)
    list_display = ("name", "starts_on", "ends_on")
    search_fields = ("name",)
