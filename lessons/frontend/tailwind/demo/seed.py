"""Three components, the entry of the build, four huts."""

from .models import Component, Entry, Hut

ENTRY = """@import "tailwindcss";

@theme {
  --color-spruce: oklch(42% 0.09 165);
  --font-sign: Georgia, serif;
}
"""

CARD = """<article class="overflow-hidden rounded-2xl bg-white shadow-lg md:flex">
  <div class="h-32 bg-spruce md:h-auto md:w-40"></div>
  <div class="p-6">
    <p class="text-sm text-slate-600">2,140 m · 38 beds</p>
    <h2 class="font-sign text-2xl font-bold text-slate-900">Saddle Hut</h2>
    <p class="mt-2 text-slate-700">Below the east ridge, four hours from the last bus.</p>
    <button class="mt-4 rounded-full bg-spruce px-5 py-2 font-semibold text-white hover:bg-slate-900">
      Book a bed
    </button>
  </div>
</article>
"""

NOTICE = """<div class="flex items-start gap-4 border-l-4 border-amber-500 bg-amber-50 p-4 text-amber-950">
  <span class="text-2xl">&#9888;</span>
  <div>
    <h2 class="text-lg font-semibold">The spring is dry</h2>
    <p class="mt-1">Carry two litres a head from the village until the end of September.</p>
  </div>
</div>
"""

LIST = """<ul class="grid gap-4">
  <li class="rounded-xl bg-slate-100 p-4 text-slate-900">Saddle Hut</li>
  <li class="rounded-xl bg-slate-100 p-4 text-slate-900">Larch Bothy</li>
  <li class="rounded-xl bg-slate-100 p-4 text-slate-900">Tarn House</li>
  <li class="rounded-xl bg-slate-100 p-4 text-slate-900">North Col Shelter</li>
</ul>
"""

COMPONENTS = [("card", "Hut card", CARD), ("notice", "Notice", NOTICE), ("list", "List of huts", LIST)]

HUTS = [
    ("Saddle Hut", 2140, "open", "emerald", 160),
    ("Larch Bothy", 1385, "full", "amber", 75),
    ("Tarn House", 1710, "open", "emerald", 160),
    ("North Col Shelter", 2905, "closed", "rose", 15),
]


def seed() -> None:
    Entry.objects.create(css=ENTRY)
    Component.objects.bulk_create(
        Component(slug=slug, title=title, markup=markup) for slug, title, markup in COMPONENTS
    )
    Hut.objects.bulk_create(
        Hut(name=name, altitude=altitude, status=status, colour=colour, hue=hue)
        for name, altitude, status, colour, hue in HUTS
    )
