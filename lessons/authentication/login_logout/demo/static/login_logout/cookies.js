// Shows which cookies a script can read. Names only: the point is the one that is missing.
for (const place of document.querySelectorAll("[data-cookie-names]")) {
  const names = document.cookie
    .split("; ")
    .filter(Boolean)
    .map((cookie) => cookie.split("=")[0]);
  place.textContent = names.length ? `only ${names.join(", ")}` : "no cookie at all";
}
