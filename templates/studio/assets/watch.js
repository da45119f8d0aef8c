// Shows an edition on its way as it stands, every second, presses no button twice, and keeps a line one line. Without it the page has a link to look again.
const section = document.querySelector('[data-live]');

for (const form of document.querySelectorAll('form[data-once]'))
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'yes';
    const button = form.querySelector('button');
    button.setAttribute('aria-disabled', 'true');
    if (button.dataset.busy) button.textContent = button.dataset.busy;
  });

// One line, however high it has to be to be seen whole. Where no script keeps it so, the server makes one line of it.
for (const field of document.querySelectorAll('[data-one-line]')) {
  const grow = () => {
    if (CSS.supports('field-sizing', 'content')) return;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight + 2}px`;
  };
  field.addEventListener('keydown', (event) => event.key === 'Enter' && event.preventDefault());
  field.addEventListener('input', grow);
  grow();
}

// What a browser kept of the page is out of date.
addEventListener('pageshow', (event) => event.persisted && location.reload());

if (section && 'EventSource' in window) watch(section);

function watch(section) {
  const now = section.querySelector('[data-now]');
  const said = section.querySelector('[data-said]');
  const { state } = section.dataset;
  let source;
  let quarter;

  const show = ({ data }) => {
    const seen = JSON.parse(data);
    if (!seen.html) return;
    section.classList.add('live');
    now.innerHTML = seen.html;
    const passed = Math.floor(seen.done / 25);
    // Whoever listens to the page is told of what matters, not of every second.
    if (quarter !== undefined && passed !== quarter) said.textContent = seen.sentence;
    quarter = passed;
    if (seen.state !== state) location.reload(); // there are other buttons now
  };
  const open = () => {
    source?.close();
    source = new EventSource(section.dataset.live);
    source.addEventListener('now', show);
    // It is asked for again by itself; until it answers, or for good where nobody is logged in any more, the link is there.
    source.addEventListener('error', () => section.classList.remove('live'));
    source.addEventListener('over', () => {
      source.close();
      location.reload();
    });
  };
  // A browser lets a page have few connections: one that nobody looks at needs none.
  document.addEventListener('visibilitychange', () => (document.hidden ? source.close() : open()));
  addEventListener('pagehide', () => source.close());
  open();
}
