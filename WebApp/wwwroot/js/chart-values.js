// The values of a chart's points: at the pointer, or by the arrow keys when the chart has the focus. Enter opens the events of the point.
// The table under the charts has the same numbers without a script.

for (const plot of document.querySelectorAll('[data-plot]')) {
  const tip = document.createElement('output');
  tip.className = 'chart-tip';
  tip.hidden = true;
  const mark = document.createElement('span');
  mark.className = 'chart-mark';
  mark.hidden = true;
  plot.after(tip, mark);
  let at = -1;

  const drawing = () => plot.querySelector('svg');
  const times = () => drawing().dataset.times.split('|');
  const x = (index, count) => (46 + index * 306 / Math.max(count - 1, 1)) / 360;

  const show = (index) => {
    const all = times();
    at = Math.max(0, Math.min(all.length - 1, index));
    const { values, names } = drawing().dataset;
    const lines = names.split('|');
    tip.textContent = `${all[at]}: ${values.split('|')[at].split(';').map((value, i) => lines.length > 1 ? `${lines[i]} ${value}` : value).join(', ')}`;
    const left = plot.offsetLeft + x(at, all.length) * plot.clientWidth;
    mark.style.left = `${left}px`;
    mark.style.top = `${plot.offsetTop}px`;
    mark.style.height = `${plot.clientHeight * 134 / 160}px`;
    tip.hidden = mark.hidden = false;
  };
  const hide = () => {
    tip.hidden = mark.hidden = true;
    at = -1;
  };
  const open = () => {
    const { link, first, step } = drawing().dataset;
    if (link && at >= 0) {
      const minute = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 16);
      const from = Number(first) + at * Number(step);
      location.href = `${link}&From=${minute(from)}&Until=${minute(from + Number(step))}`;
    }
  };

  plot.tabIndex = 0;
  plot.setAttribute('role', 'group');
  plot.setAttribute('aria-label', plot.dataset.label);
  plot.addEventListener('pointermove', (event) => {
    const box = plot.getBoundingClientRect();
    const count = times().length;
    show(Math.round(((event.clientX - box.left) / box.width * 360 - 46) / 306 * (count - 1)));
  });
  plot.addEventListener('pointerleave', hide);
  plot.addEventListener('blur', hide);
  plot.addEventListener('click', open);
  plot.addEventListener('replaced', () => { if (at >= 0) show(at); });
  plot.addEventListener('keydown', (event) => {
    const last = times().length - 1;
    const target = { ArrowLeft: at < 0 ? last : at - 1, ArrowRight: at < 0 ? 0 : at + 1, Home: 0, End: last }[event.key];
    if (target !== undefined) {
      event.preventDefault();
      show(target);
    } else if (event.key === 'Enter') {
      open();
    } else if (event.key === 'Escape') {
      hide();
    }
  });
}
