import random

from sandbox.jail.examiner import ExerciseTestCase

ONE_ROW = (
    "Conditions across a to-many relation are about one row only if they stand in one filter(); "
    "a second filter() is a second JOIN"
)

FILL = """
from school.models import Course, Enrolment, Student
Enrolment.objects.all().delete()
Course.objects.all().delete()
Student.objects.all().delete()
courses, students = {}, {}
for course, student, since, grade in %r:
    if course and course not in courses:
        courses[course] = Course.objects.create(name=course)
    if student and student not in students:
        students[student] = Student.objects.create(name=student)
    if course and student:
        Enrolment.objects.create(
            course=courses[course], student=students[student], since=since, grade=grade
        )
[{name: row.pk for name, row in rows.items()} for rows in (courses, students)]
"""

ROWS = """
from school.models import Enrolment
[list(row) for row in Enrolment.objects.order_by("course__name", "student__name").values_list(
    "course__name", "student__name", "since", "grade")]
"""

ATTEMPT = """
from school.models import Course, Enrolment, Student
from django.db import IntegrityError, transaction
def attempt():
    try:
        with transaction.atomic():
            %s
    except IntegrityError as error:
        return type(error).__name__
    return "done"
attempt()
"""


class Checks(ExerciseTestCase):
    query_budget = {"test_queries": 2}

    def fill(self, *rows):
        """Replace all rows by (course or None, student or None, since, grade); answers keys by name."""
        return self.project.run(FILL % (list(rows),))

    def post(self, course, **data):
        return self.client.post(f"/courses/{course}/join/", data={k: str(v) for k, v in data.items()})

    def test_both_sides(self):
        """The enrolments join courses and students, seen from either side."""
        self.fill(("Pottery", "Ada", 2024, None), ("Pottery", "Bo", 2023, 2), ("Norwegian", "Ada", 2022, 1))
        seen = self.project.run(
            "from school.models import Course, Student\n"
            "course, student = Course.objects.get(name='Pottery'), Student.objects.get(name='Ada')\n"
            "[sorted(row.name for row in course.students.all()),"
            " sorted(row.name for row in student.courses.all()),"
            " course.enrolments.count(), student.enrolments.count()]"
        )
        self.expect(
            seen,
            [["Ada", "Bo"], ["Norwegian", "Pottery"], 2, 2],
            what="course.students, student.courses, and how many enrolments each has",
            concept="ManyToManyField(…, through=…): the rows between are your model's",
        )

    def test_course(self):
        """A course lists its students by name, each with year and grade."""
        since, grade = random.randrange(2015, 2026), random.randrange(1, 7)
        courses, _ = self.fill(
            ("Pottery", "Mo", since, grade), ("Pottery", "Ada", 2024, None), ("Norwegian", "Ada", 2019, 5)
        )
        response = self.client.get(f"/courses/{courses['Pottery']}.json")
        self.expect(response.status_code, 200, what="GET a course")
        self.expect(
            response.json(),
            {
                "name": "Pottery",
                "students": [
                    {"name": "Ada", "since": 2024, "grade": None},
                    {"name": "Mo", "since": since, "grade": grade},
                ],
            },
            what="A course with two students, one of whom is in another course too",
            concept="Since when and with which grade stands in the row between: ask for the enrolments",
        )
        self.expect(self.client.get("/courses/99999.json").status_code, 404, what="A course not there")

    def test_join(self):
        """Joining writes a row with the year, and without a grade."""
        since = random.randrange(2015, 2026)
        courses, students = self.fill(("Pottery", None, 0, None), (None, "Ada", 0, None))
        response = self.post(courses["Pottery"], student=students["Ada"], since=since)
        self.expect(
            response.status_code,
            201,
            what="POST of a student and a year",
            concept="add() without through_defaults leaves the other columns of the row empty",
        )
        self.expect(response.json(), {"enrolled": True}, what="The answer")
        self.expect(self.project.run(ROWS), [["Pottery", "Ada", since, None]], what="The enrolments")

    def test_join_twice(self):
        """Who is in the course already is answered 409, and keeps year and grade."""
        courses, students = self.fill(("Pottery", "Ada", 2019, 2))
        response = self.post(courses["Pottery"], student=students["Ada"], since=2025)
        self.expect(
            response.status_code,
            409,
            what="POST of a student who is in the course",
            concept="The constraint raises IntegrityError; add() keeps silent; update_or_create() overwrites",
        )
        self.expect(self.project.run(ROWS), [["Pottery", "Ada", 2019, 2]], what="The enrolments afterwards")

    def test_join_nonsense(self):
        """What is no year, no student or no course is refused, and writes nothing."""
        courses, students = self.fill(("Pottery", None, 0, None), (None, "Ada", 0, None))
        course, ada = courses["Pottery"], students["Ada"]
        for data in ({"student": ada, "since": "soon"}, {"student": ada}, {"student": 99999, "since": 2024}):
            self.expect(self.post(course, **data).status_code, 400, what=f"POST of {data}")
        response = self.post(99999, student=ada, since=2024)
        self.expect(response.status_code, 404, what="POST to a course that is not there")
        self.expect(self.project.run(ROWS), [], what="The enrolments afterwards")

    def test_once_in_the_database(self):
        """A second row for the same course and student is refused by the database itself."""
        self.fill(("Pottery", "Ada", 2019, 2), ("Norwegian", "Bo", 2020, None))
        twice = (
            "Enrolment.objects.create(course=Course.objects.get(name='%s'),"
            " student=Student.objects.get(name='Ada'), since=2025)"
        )
        self.expect(
            self.project.run(ATTEMPT % (twice % "Pottery")),
            "IntegrityError",
            what="Enrolment.objects.create() of a pair that is there",
            concept="UniqueConstraint(fields=['course', 'student']): looking first is no protection, "
            "for somebody may write between the look and the INSERT",
        )
        self.expect(
            self.project.run(ATTEMPT % (twice % "Norwegian")),
            "done",
            what="Enrolment.objects.create() of Ada in another course",
            concept="The pair is unique, not the student and not the course",
        )

    def test_course_deleted(self):
        """A deleted course takes its enrolments along, and no student."""
        self.fill(("Pottery", "Ada", 2019, 2), ("Norwegian", "Ada", 2020, None))
        done = self.project.run(ATTEMPT % "Course.objects.get(name='Pottery').delete()")
        self.expect(done, "done", what="Deleting a course that has a student")
        self.expect(self.project.run(ROWS), [["Norwegian", "Ada", 2020, None]], what="The enrolments left")

    def test_student_deleted(self):
        """A student who is enrolled cannot be deleted; one who is not can."""
        self.fill(("Pottery", "Ada", 2019, 2), (None, "Bo", 0, None))
        self.expect(
            self.project.run(ATTEMPT % "Student.objects.get(name='Ada').delete()"),
            "ProtectedError",
            what="Deleting a student who is in a course",
            concept="Each of the two foreign keys of the row between has an on_delete of its own",
        )
        done = self.project.run(ATTEMPT % "Student.objects.get(name='Bo').delete()")
        self.expect(done, "done", what="Deleting a student who is in no course")

    def test_best(self):
        """Grade and year have to be those of one enrolment."""
        self.fill(
            ("Pottery", "Ada", 2024, 1),
            ("Pottery", "Bo", 2024, 4),
            ("Norwegian", "Bo", 2019, 1),
            ("Pottery", "Cleo", 2024, None),
        )
        self.expect(
            self.client.get("/best.json", {"since": "2024"}).json(),
            {"students": ["Ada"]},
            what="Who joined in 2024 and has a 1 there. Bo has a 1 of 2019, and a 4 of 2024",
            concept=ONE_ROW,
        )

    def test_best_once(self):
        """Each of the best comes once, by name."""
        self.fill(("Pottery", "Mo", 2024, 1), ("Norwegian", "Mo", 2024, 1), ("Accounting", "Ada", 2024, 1))
        self.expect(
            self.client.get("/best.json", {"since": "2024"}).json(),
            {"students": ["Ada", "Mo"]},
            what="Mo has two grades 1 of 2024, Ada has one",
            concept="A JOIN gives a row for each match: distinct(), or Exists()",
        )

    def test_queries(self):
        """However many students there are, a course takes at most 2 queries."""
        for number in (3, 15):
            courses, _ = self.fill(*(("Pottery", f"Student {n:02}", 2024, 2) for n in range(number)))
            self.expect_queries(
                self.client.get(f"/courses/{courses['Pottery']}.json"),
                at_most=2,
                what=f"A course with {number} students",
                concept="enrolment.student is a query for each row, unless select_related('student') "
                "has fetched them together",
            )
