def level(centimetres):
    """How much a reading matters to whoever parks by the quay."""
    if centimetres >= 450:
        return "flood"
    if centimetres >= 380:
        return "watch"
    return "calm"
