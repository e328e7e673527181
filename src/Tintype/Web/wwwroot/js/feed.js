// Endless lists with an address per page, the pill that counts new photos, captions that open.
import { all, count, find, fragment, onWake, say, wake } from './page.js';
import { isOpen } from './over.js';

const near = new IntersectionObserver(entries => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) more(target);
}, { rootMargin: '1500px 0px' });
onWake(root => all('[data-next]', root).forEach(link => near.observe(link)));

async function more(link) {
  near.unobserve(link);
  const list = link.closest('.next').previousElementSibling?.closest('[data-list]') ?? find('[data-list]', link.closest('section, main'));
  try {
    const page = await fragment(link.href);
    const items = [...find('[data-list]', page)?.children ?? []];
    if (items[0]) items[0].dataset.at = link.href;
    const next = find('.next', page);
    list.append(...items);
    items.forEach(wake);
    const end = find('.end', page);
    if (end) link.closest('.next').before(end);
    if (next) link.closest('.next').replaceWith(next), wake(next);
    else link.closest('.next').remove();
    say(`${items.length} more`);
  } catch {
    link.textContent = 'More could not be loaded. Try again'; // It is still a link to the next page.
  }
}

// The address follows what is read, so that reloading or coming back lands on the same page of the list.
const start = location.href;
let ticking;
addEventListener('scroll', () => {
  if (ticking || isOpen()) return;
  ticking = requestAnimationFrame(() => {
    ticking = 0;
    const passed = all('[data-at]').filter(item => item.getBoundingClientRect().top < innerHeight / 2).pop();
    const here = passed?.dataset.at ?? start;
    if (document.querySelector('[data-at]') && here !== location.href) history.replaceState(history.state, '', here);
  });
}, { passive: true });

const pill = find('[data-new-since]');
if (pill?.dataset.newSince) {
  const look = async () => {
    if (!document.hidden) {
      const answer = await fetch(`/feed/new?since_id=${pill.dataset.newSince}`, { headers: { Accept: 'application/json' } }).catch(() => null);
      const { count: fresh = 0 } = answer?.ok ? await answer.json() : {};
      if (fresh > 0 && pill.hidden) say(count(fresh, 'new photo', 'new photos'));
      pill.textContent = count(fresh, 'new photo', 'new photos');
      pill.hidden = fresh === 0;
    }
    setTimeout(look, 30_000);
  };
  setTimeout(look, 15_000);
}

document.addEventListener('click', event => {
  const link = event.target.closest('[data-expand]');
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  find('p', link.parentElement).classList.remove('clamp');
  link.remove();
});
