from rest_framework.pagination import CursorPagination, PageNumberPagination


class NumberedPages(PageNumberPagination):
    """LIMIT and OFFSET, and a COUNT(*) before them."""

    page_size = 5
    page_size_query_param = "page_size"
    max_page_size = 20


class Cursor(CursorPagination):
    """Goes on from the last row that was sent. No count, no page 7, no other order."""

    page_size = 5
    ordering = ["-created_at", "-id"]
