// The server writes times in UTC, or in the zone that the user has set. Here they become the reader's own zone and the page's language;
// <time data-relative> also says how long ago, with the full time as its tooltip. <time data-utc> stays in UTC.

const { lang, dataset: page } = document.documentElement;
const locale = navigator.languages.find((own) => own === lang || own.startsWith(`${lang}-`)) ?? (lang === 'qps-ploc' ? 'en' : lang);
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: page.timeZone || undefined });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

/** Largest first: the first unit that fits at least once is used. */
const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

function ago(date) {
  const seconds = (date.getTime() - Date.now()) / 1000;
  if (Math.abs(seconds) > 30 * 86_400) {
    return full.format(date);
  }
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) {
      return relative.format(Math.trunc(seconds / size), unit);
    }
  }
  return relative.format(0, 'second');
}

for (const time of document.querySelectorAll('time[datetime]:not([data-utc])')) {
  const date = new Date(time.dateTime);
  if ('relative' in time.dataset) {
    time.title = full.format(date);
    time.textContent = ago(date);
  } else {
    time.textContent = full.format(date);
  }
}
