// Single keys for those who browse without a mouse; the sheet behind "?" lists them and turns them off.
import { all, element, find } from './page.js';
import { like } from './photos.js';
import { isOpen, show, step } from './over.js';

const off = () => localStorage.getItem('keys') === 'off';
let sheet;

function help() {
  sheet ??= document.body.appendChild(element(`<dialog class="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2>
    <dl><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>Next and previous photo</dd><dt><kbd>l</kbd></dt><dd>Like</dd><dt><kbd>c</kbd></dt><dd>Comment</dd>
    <dt><kbd>/</kbd></dt><dd>Search</dd><dt><kbd>n</kbd></dt><dd>New post</dd><dt><kbd>Esc</kbd></dt><dd>Close what is open</dd></dl>
    <label class="check"><input type="checkbox"> Use these keys</label>
    <form method="dialog"><button class="button">Close</button></form></dialog>`));
  const box = find('input', sheet);
  box.checked = !off();
  box.onchange = () => localStorage.setItem('keys', box.checked ? 'on' : 'off');
  sheet.showModal();
}

const current = () => isOpen() ? find('.over [data-post]')
  : document.activeElement.closest('[data-post]') ?? all('.card, .one').find(card => card.getBoundingClientRect().bottom > 120);

function move(by) {
  if (isOpen()) return step(by);
  const cards = all('.card:not([hidden])');
  const focused = cards.indexOf(document.activeElement.closest('.card'));
  const seen = cards.findIndex(card => card.getBoundingClientRect().bottom > 120);
  const next = cards[focused >= 0 ? focused + by : by > 0 ? seen : seen - 1];
  if (!next) return;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'start' });
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  l: () => current() && like(current()),
  c: () => {
    const box = find(isOpen() ? '.over #comment' : '.one #comment');
    const link = current() && find('[data-comment]', current());
    if (box) box.focus();
    else if (link) show(link.getAttribute('href'));
  },
  '/': () => find('[data-suggest] input') ? find('[data-suggest] input').focus() : location.href = '/search',
  n: () => { if (find('.in')) location.href = '/new'; },
  '?': help,
};

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, [contenteditable]') || find('.keys[open]')) return;
  const key = keys[event.key];
  if (!key || (off() && event.key !== '?')) return;
  event.preventDefault();
  key();
});
