from content.models.exercises import LONGEST_TIME_LIMIT, Exercise
from content.models.images import LessonImage, LessonRendition
from content.models.loads import LoadRecord
from content.models.pages import LessonPage, RoadmapPage, TrackPage
from content.models.remarks import Remark, RemarkNotice
from content.models.verifications import Verification

__all__ = [
    "LONGEST_TIME_LIMIT",
    "Exercise",
    "LessonImage",
    "LessonPage",
    "LessonRendition",
    "LoadRecord",
    "Remark",
    "RemarkNotice",
    "RoadmapPage",
    "TrackPage",
    "Verification",
]
