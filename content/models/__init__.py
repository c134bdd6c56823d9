from content.models.exercises import Exercise
from content.models.images import LessonImage, LessonRendition
from content.models.loads import LoadRecord
from content.models.pages import LessonPage, RoadmapPage, TrackPage

__all__ = [
    "Exercise",
    "LessonImage",
    "LessonPage",
    "LessonRendition",
    "LoadRecord",
    "RoadmapPage",
    "TrackPage",
]
