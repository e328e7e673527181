// Several photos in one place: dots that follow, steps for a mouse; and the double tap that likes.
import { all, element, find, icon, onWake } from './page.js';

const at = strip => Math.round(strip.scrollLeft / strip.clientWidth);
const go = (strip, index) => strip.scrollTo({ left: index * strip.clientWidth, behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });

onWake(root => {
  for (const photos of all('.photos.many', root)) {
    const strip = find('.strip', photos);
    const dots = all('.dots a', photos);
    const steps = ['prev', 'next'].map((name, forward) => {
      const step = element(`<button type="button" class="step ${forward ? 'on' : 'back'}" tabindex="-1" aria-hidden="true">${icon(name)}</button>`);
      step.onclick = () => go(strip, at(strip) + (forward ? 1 : -1));
      photos.append(step);
      return step;
    });
    const show = () => {
      const index = at(strip);
      dots.forEach((dot, i) => i === index ? dot.setAttribute('aria-current', 'true') : dot.removeAttribute('aria-current'));
      steps[0].hidden = index === 0;
      steps[1].hidden = index === dots.length - 1;
    };
    dots.forEach((dot, i) => dot.onclick = event => { event.preventDefault(); go(strip, i); });
    strip.addEventListener('scroll', show, { passive: true });
    show();
  }
});

export function like(place) {
  const post = place.closest('[data-post]');
  const form = post && find('form[data-act=like]', post);
  const heart = find('.burst', post ?? place);
  if (!form) return;
  if (find('button', form).getAttribute('aria-pressed') !== 'true') form.requestSubmit();
  heart.classList.remove('now');
  void heart.getBoundingClientRect(); // So that the animation begins anew.
  heart.classList.add('now');
  setTimeout(() => heart.classList.remove('now'), 800);
}

// A tap on a photo in the feed opens it, two taps like it: so the first one waits a moment for a second.
let waiting;
document.addEventListener('click', event => {
  const link = event.target.closest('.photos .open');
  if (!link || event.detail === 0 || event.metaKey || event.ctrlKey || event.shiftKey || !find('form[data-act=like]', link.closest('[data-post]') ?? link)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  clearTimeout(waiting);
  if (event.detail === 1) waiting = setTimeout(() => link.click(), 260);
  else if (event.detail === 2) like(link);
}, true);
document.addEventListener('dblclick', event => {
  const place = event.target.closest('.stage-photo .frame');
  if (place && !event.target.closest('details, a, button')) like(place);
});
