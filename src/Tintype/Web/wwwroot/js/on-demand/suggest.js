// Suggestions while typing in the search box: a combobox after the ARIA pattern.
import { all, element, find, say } from '../page.js';

const form = find('[data-suggest]');
const input = find('input', form);
const list = form.appendChild(element('<ul class="suggestions" id="suggestions" role="listbox" aria-label="Suggestions" hidden></ul>'));
for (const [name, value] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': 'suggestions' })) input.setAttribute(name, value);

let timer, asked, active = -1;

function close() {
  list.hidden = true;
  active = -1;
  input.setAttribute('aria-expanded', 'false');
  input.removeAttribute('aria-activedescendant');
}

function choose(index) {
  const options = all('li', list);
  active = (index + options.length) % options.length;
  options.forEach((option, i) => option.setAttribute('aria-selected', i === active));
  input.setAttribute('aria-activedescendant', options[active].id);
  options[active].scrollIntoView({ block: 'nearest' });
}

async function ask() {
  const q = input.value.trim();
  asked?.abort();
  if (!q) return close();
  asked = new AbortController();
  const answer = await fetch(`/search/suggest?q=${encodeURIComponent(q)}`, { signal: asked.signal, headers: { Accept: 'application/json' } }).catch(() => null);
  if (!answer?.ok) return;
  const found = await answer.json();
  list.replaceChildren(...found.map(({ text, detail, url, avatarUrl }, i) => {
    const option = element(`<li role="option" id="suggestion-${i}" aria-selected="false">${avatarUrl ? '<span class="avatar"><img width="36" height="36" alt=""></span>' : ''}<span><b></b><span class="muted"></span></span></li>`);
    option.dataset.url = url;
    if (avatarUrl) find('img', option).src = avatarUrl;
    find('b', option).textContent = text;
    find('.muted', option).textContent = detail ?? '';
    return option;
  }));
  if (!found.length) return close();
  list.hidden = false;
  active = -1;
  input.setAttribute('aria-expanded', 'true');
  say(`${found.length} suggestions`);
}

input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
input.addEventListener('keydown', event => {
  if (list.hidden) return;
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    choose(active + (event.key === 'ArrowDown' ? 1 : active < 0 ? 0 : -1));
  } else if (event.key === 'Enter' && active >= 0) {
    event.preventDefault();
    location.href = all('li', list)[active].dataset.url;
  } else if (event.key === 'Escape') close();
});
input.addEventListener('blur', () => setTimeout(close, 150));
list.addEventListener('mousedown', event => {
  const option = event.target.closest('li');
  if (option) location.href = option.dataset.url;
});
