# The viewset, its serializer, filter, pages, permissions and throttle go here.
