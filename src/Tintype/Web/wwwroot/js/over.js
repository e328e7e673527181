// A photo opened over the page it was found on, with an address of its own; Escape and Back return to the same place.
import { all, element, find, fragment, icon, wake } from './page.js';

let dialog, under, path;

export const isOpen = () => !!dialog?.open;

export async function show(url, replace) {
  let content;
  try {
    content = await fragment(url);
  } catch {
    location.href = url; // Whatever is wrong, the page itself says it better.
    return;
  }
  if (!dialog) {
    dialog = element('<dialog class="over" aria-label="Photo"></dialog>');
    dialog.addEventListener('cancel', event => { event.preventDefault(); history.back(); });
    dialog.addEventListener('click', event => { if (event.target === dialog || event.target.closest('.close')) history.back(); });
    document.body.append(dialog);
  }
  const close = element(`<button type="button" class="act close" aria-label="Close">${icon('close')}</button>`);
  dialog.replaceChildren(content, close);
  if (!isOpen()) {
    under = { title: document.title, url: location.href };
    dialog.showModal();
  }
  history[replace ? 'replaceState' : 'pushState']({ over: true }, '', url);
  path = location.pathname;
  const author = find('.head .name', dialog)?.textContent;
  document.title = author ? `${author} · Tintype` : under.title;
  dialog.focus();
  goTo(new URL(url, location.href).hash);
  wake(dialog);
}

function goTo(hash) {
  const place = hash && document.getElementById(hash.slice(1));
  if (hash === '#comment') find('#comment', dialog)?.focus();
  else if (place && dialog.contains(place)) place.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

// The next or the previous one of those the page shows.
export function step(by) {
  const links = [...new Set(all('[data-list] [data-post]'))].filter(item => !dialog.contains(item)).map(item => find('a[data-open]', item)).filter(Boolean);
  const here = links.findIndex(link => link.pathname === location.pathname);
  const next = links[here + by];
  if (here >= 0 && next) show(next.getAttribute('href').split('#')[0], true);
}

document.addEventListener('click', event => {
  const link = event.target.closest('a[data-open]');
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.closest('.over') && link.pathname !== path) return;
  event.preventDefault();
  if (link.closest('.over')) goTo(link.hash);
  else show(link.getAttribute('href'));
});

addEventListener('popstate', event => {
  if (event.state?.over) return location.reload();
  if (!isOpen() || location.pathname === path) return;
  dialog.close();
  dialog.replaceChildren();
  document.title = under.title;
});
