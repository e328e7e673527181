// The sheet for a new post: photos go up while the caption is written, two at a time; each shows how far it is, and one that failed
// goes again by itself a few times, then says why and waits for a hand. Order is changed by dragging or with the buttons beside each photo.
import { all, csrf, element, find, icon, post, say, tell } from '../page.js';

const form = find('form[data-act=upload]');
const drop = find('[data-drop]');
const input = find('#photos');
const list = find('[data-photos-list]');
const submit = find('[data-submit]');
const progress = find('[data-progress]');
const places = find('[data-places]');
const limits = { photos: +drop.dataset.maxPhotos, bytes: +drop.dataset.maxBytes, alt: +drop.dataset.maxAlt };
const atOnce = 2;
const passing = new Set([0, 408, 429, 502, 503, 504]); // No answer, or one that may be another in a moment. The same bytes are stored once.
const patience = [1_000, 4_000, 15_000]; // ms before a photo is sent again by itself
const photos = new Map(); // list item -> { file, id, state: waiting | sending | sent | failed, request }
const once = [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');

function add(files) {
  const room = limits.photos - photos.size;
  const images = [...files].filter(file => file.type.startsWith('image/') || /\.(heic|heif|avif)$/i.test(file.name));
  if (images.length < files.length) tell('Only photos can be posted; the other files were left out.');
  if (images.length > room) tell(`A post holds ${limits.photos} photos; the last ${images.length - room} were left out.`);
  for (const file of images.slice(0, room)) {
    const item = element(`<li><span class="thumb" draggable="true"><img alt=""></span><div class="field"><label>Describe it <span class="muted">for those who cannot see it</span></label>
      <textarea rows="2" maxlength="${limits.alt}"></textarea></div><div class="tools"><output></output>
      <button type="button" class="act" data-do="retry" aria-label="Try again" hidden>${icon('retry')}</button><button type="button" class="act" data-do="earlier" aria-label="Move earlier">${icon('prev')}</button>
      <button type="button" class="act" data-do="later" aria-label="Move later">${icon('next')}</button><button type="button" class="act" data-do="remove" aria-label="Remove">${icon('close')}</button></div></li>`);
    const image = find('img', item);
    image.src = URL.createObjectURL(file);
    image.onerror = () => { // A browser that cannot show HEIC can still send it.
      const kind = element('<b></b>');
      kind.textContent = file.name.split('.').pop().toUpperCase();
      image.replaceWith(kind);
    };
    const box = find('textarea', item);
    box.id = `alt-${photos.size}-${file.size}`;
    find('label', item).htmlFor = box.id;
    photos.set(item, { file, state: 'waiting' });
    list.append(item);
    if (file.size > limits.bytes) fail(item, `Larger than ${Math.floor(limits.bytes / 1e6)} MB`, true);
  }
  input.value = '';
  next();
}

function next() {
  const sending = [...photos.values()].filter(photo => photo.state === 'sending').length;
  all('li', list).filter(item => photos.get(item).state === 'waiting').slice(0, atOnce - sending).forEach(upload);
  show();
}

function upload(item) {
  const photo = photos.get(item);
  const bar = find('progress', item) ?? find('.thumb', item).appendChild(element('<progress max="1" value="0" aria-label="Upload"></progress>'));
  const request = new XMLHttpRequest();
  Object.assign(photo, { state: 'sending', request });
  note(item, 'Uploading…');
  request.open('POST', '/new/media');
  request.setRequestHeader('Accept', 'application/json');
  request.setRequestHeader('RequestVerificationToken', csrf);
  request.responseType = 'json';
  request.upload.onprogress = event => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
  request.onload = () => {
    if (request.status >= 300) return again(item) || fail(item, request.response?.error ?? 'The server did not take it');
    bar.remove();
    Object.assign(photo, { state: 'sent', id: request.response.id });
    note(item, 'Ready');
    if (request.response.suggestedPlace) suggest(request.response.suggestedPlace);
    next();
  };
  request.onerror = () => again(item) || fail(item, 'The connection broke');
  const body = new FormData();
  body.append('file', photo.file);
  request.send(body);
}

// Whether the photo goes up once more without being asked: its state stays "sending" meanwhile.
function again(item) {
  const photo = photos.get(item);
  const tried = photo.tried ?? 0;
  if (!passing.has(photo.request.status) || tried === patience.length) return false;
  photo.tried = tried + 1;
  note(item, 'Waiting to try again…');
  setTimeout(() => { if (photos.has(item)) upload(item); }, patience[tried] * (0.5 + Math.random() / 2));
  return true;
}

function fail(item, why, forGood) {
  photos.get(item).state = 'failed';
  find('progress', item)?.remove();
  note(item, why, true);
  find('[data-do=retry]', item).hidden = !!forGood;
  next();
}

function note(item, text, failed) {
  const output = find('output', item);
  output.textContent = text;
  output.classList.toggle('failed', !!failed);
  find('[data-do=retry]', item).hidden = true;
}

function show() {
  const items = all('li', list);
  const states = [...photos.values()].map(photo => photo.state);
  drop.classList.toggle('some', items.length > 0);
  drop.hidden = items.length >= limits.photos;
  items.forEach((item, i) => {
    find('[data-do=earlier]', item).disabled = i === 0;
    find('[data-do=later]', item).disabled = i === items.length - 1;
  });
  const sent = states.filter(state => state === 'sent').length;
  const failed = states.filter(state => state === 'failed').length;
  progress.textContent = failed ? `${failed === 1 ? 'One photo' : `${failed} photos`} did not go up: try again or remove` : sent < states.length ? `${sent} of ${states.length} uploaded` : '';
  if (states.length) find('#photos-error').textContent = '';
}

// Off until chosen: where someone was is theirs to tell.
function suggest(place) {
  if (all('.chip', places).some(chip => chip.textContent === place)) return;
  const chip = element('<button type="button" class="chip" aria-pressed="false"></button>');
  chip.textContent = place;
  chip.onclick = () => {
    const on = chip.getAttribute('aria-pressed') !== 'true';
    all('.chip', places).forEach(other => other.setAttribute('aria-pressed', 'false'));
    chip.setAttribute('aria-pressed', on);
    form.elements.place.value = on ? place : '';
  };
  const line = element('<li></li>');
  line.append(chip);
  places.append(line);
  places.hidden = false;
}

list.addEventListener('click', event => {
  const button = event.target.closest('[data-do]');
  if (!button) return;
  const item = button.closest('li');
  const does = {
    remove() { photos.get(item).request?.abort(); photos.delete(item); item.remove(); next(); say('Removed'); },
    retry() { Object.assign(photos.get(item), { state: 'waiting', tried: 0 }); next(); },
    earlier() { item.previousElementSibling?.before(item); },
    later() { item.nextElementSibling?.after(item); },
  };
  does[button.dataset.do]();
  show();
  if (item.isConnected && !button.hidden) {
    (button.disabled ? find('[data-do]:not([disabled], [hidden])', item) : button).focus();
    say(`Photo ${all('li', list).indexOf(item) + 1} of ${photos.size}`);
  }
});

let dragged;
list.addEventListener('dragstart', event => {
  dragged = event.target.closest('li');
  event.dataTransfer.effectAllowed = 'move';
  dragged.classList.add('dragged');
});
list.addEventListener('dragover', event => {
  const target = event.target.closest('li');
  if (!dragged || !target || target === dragged) return;
  event.preventDefault();
  const after = event.clientY > target.getBoundingClientRect().top + target.offsetHeight / 2;
  after ? target.after(dragged) : target.before(dragged);
});
list.addEventListener('dragend', () => { dragged?.classList.remove('dragged'); dragged = null; show(); });

addEventListener('dragover', event => { if (!dragged) { event.preventDefault(); drop.classList.add('over-it'); } });
addEventListener('dragleave', event => { if (!event.relatedTarget) drop.classList.remove('over-it'); });
addEventListener('drop', event => {
  drop.classList.remove('over-it');
  if (dragged || !event.dataTransfer.files.length) return;
  event.preventDefault();
  add(event.dataTransfer.files);
});
addEventListener('paste', event => { if (event.clipboardData.files.length) add(event.clipboardData.files); });
input.addEventListener('change', () => add(input.files));
if (input.files.length) add(input.files);

const caption = find('[data-count]');
const counter = find('[data-counter]');
caption.addEventListener('input', () => { counter.textContent = `${caption.value.length.toLocaleString('en')} of ${caption.maxLength.toLocaleString('en')} characters`; });

let leaving = false;
addEventListener('beforeunload', event => { if (photos.size && !leaving) event.preventDefault(); });

form.addEventListener('submit', async event => {
  event.preventDefault();
  const items = all('li', list);
  const states = items.map(item => photos.get(item).state);
  if (!items.length) {
    find('#photos-error').textContent = 'Choose a photo first.';
    return input.focus();
  }
  if (states.includes('failed')) return tell('One photo did not go up. Try it again or remove it, then post.');
  if (states.some(state => state !== 'sent')) {
    submit.disabled = true;
    progress.textContent = 'Posting as soon as the photos are up…';
    return setTimeout(() => { submit.disabled = false; form.requestSubmit(); }, 300);
  }
  const body = new URLSearchParams();
  for (const item of items) {
    body.append('mediaId', photos.get(item).id);
    body.append('alt', find('textarea', item).value);
  }
  for (const name of ['caption', 'place', 'tagged']) body.append(name, form.elements[name].value);
  submit.disabled = true;
  try {
    await post('/new', body, { 'Idempotency-Key': once });
    leaving = true;
    location.href = '/';
  } catch (why) {
    submit.disabled = false;
    progress.textContent = why.message;
  }
});
show();
