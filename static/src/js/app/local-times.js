/**
 * The server writes hours in UTC and says so. Whoever has a script reads them by their own clock instead; what the
 * server wrote stays in the title. `zone` is an IANA name, by default that of the browser.
 */
export function showLocalTimes(root = document, zone = undefined) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const written = time.textContent.trim();
    if (written.endsWith(" UTC")) {
      time.textContent = localTime(new Date(time.dateTime), zone);
      time.title = written;
    }
  }
}

export function localTime(moment, zone = undefined) {
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: zone });
  const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
  return `${day.format(moment)}, ${hour.format(moment)}`;
}
