from content.models.exercises import Exercise
from content.models.images import LessonImage, LessonRendition
from content.models.loads import LoadRecord
from content.models.pages import LessonPage, RoadmapPage, TrackPage
from content.models.verifications import Verification

__all__ = [
    "Exercise",
    "LessonImage",
    "LessonPage",
    "LessonRendition",
    "LoadRecord",
    "RoadmapPage",
    "TrackPage",
    "Verification",
]
