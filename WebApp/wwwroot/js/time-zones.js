// Offers the browser's list of time zones where one is typed.

const list = document.querySelector('#time-zones');
for (const zone of Intl.supportedValuesOf?.('timeZone') ?? []) {
  list.append(new Option(zone));
}
