// What the other modules share: finding, saying, sending, and waking what was added to the page.
export const find = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const csrf = find('meta[name=csrf]')?.content ?? '';

const paths = {
  close: 'M6 6l12 12M18 6L6 18', prev: 'M15 5l-7 7 7 7', next: 'M9 5l7 7-7 7',
  retry: 'M19.3 12.5a7.3 7.3 0 1 1-2.1-5.7l2.1 2M19.5 4.3v4.6h-4.6',
};
export const icon = name => `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${paths[name]}"/></svg>`;

export function element(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content.firstElementChild;
}

// Tells screen readers; the page shows the same by itself.
export function say(text) {
  find('#said').textContent = text;
}

const toast = find('#toast');
let fading;
export function tell(text, undo) {
  toast.replaceChildren(element('<p></p>'));
  toast.firstChild.textContent = text;
  if (undo) {
    const button = element('<button type="button">Undo</button>');
    button.onclick = () => { toast.replaceChildren(); undo(); };
    toast.append(button);
  }
  fade();
}
function fade() {
  clearTimeout(fading);
  fading = setTimeout(() => toast.matches(':hover, :focus-within') ? fade() : toast.replaceChildren(), find('button', toast) ? 10_000 : 5_000);
}
if (toast.childElementCount) fade();

// Sends what a form would send and returns the answer's JSON. Throws with a sentence for people.
export async function post(action, body, headers) {
  let answer;
  try {
    answer = await fetch(action, { method: 'POST', body, headers: { Accept: 'application/json', RequestVerificationToken: csrf, ...headers } });
  } catch {
    throw new Error('No connection. Nothing was changed; try again when you are online.');
  }
  if (answer.status === 401) location.href = '/login?returnUrl=' + encodeURIComponent(location.pathname + location.search);
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(json.error ?? 'That did not work. Nothing was changed; please try again.');
  return json;
}
export const send = (form, submitter) => post(form.getAttribute('action'), new URLSearchParams(new FormData(form, submitter)));

// The content of a page without what stands around it.
export async function fragment(url) {
  const answer = await fetch(url, { headers: { 'X-Fragment': 'cards' } });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status} for ${url}`);
  const template = document.createElement('template');
  template.innerHTML = await answer.text();
  return template.content;
}

const wakers = [];
export const onWake = waker => wakers.push(waker);
export const wake = root => wakers.forEach(waker => waker(root));

export const count = (n, one, many) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
