"""Which look a status has. Whole class names: whoever scans this file finds them."""

# region: badges
BADGES = {
    "open": "bg-emerald-100 text-emerald-900",
    "full": "bg-amber-100 text-amber-900",
    "closed": "bg-rose-100 text-rose-900",
}
# endregion: badges
