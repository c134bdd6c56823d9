from datetime import date

from sheets.models import Employee, Entry, Project, Sheet


def seed():
    ada, bo = (Employee.objects.create(name=name) for name in ("ada", "bo"))
    roof, wall = (Project.objects.create(code=code) for code in ("ROOF", "WALL"))
    sheet = Sheet.objects.create(employee=ada, monday=date(2025, 11, 10))
    Entry.objects.create(sheet=sheet, project=roof, minutes=450, text="Tiles")
    Entry.objects.create(sheet=sheet, project=wall, minutes=90, text="")
