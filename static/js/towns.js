// Offer the towns of a postal code, next to it, and fill in the one that is chosen.
import { all, onContent } from './dom.js';

function beside(input, name) {
  const prefix = input.name.slice(0, -input.dataset.own.length);
  return input.form.elements.namedItem(prefix + name);
}

function fill(input, town) {
  input.dataset.fills.split(',').forEach((name, at) => {
    const field = beside(input, name);
    if (field) {
      field.value = town[at];
      field.dispatchEvent(new Event('change', { bubbles: true }));
    }
  });
}

function offer(input, towns) {
  const box = input.nextElementSibling?.matches('[data-offers]') ? input.nextElementSibling : document.createElement('p');
  box.dataset.offers = '';
  box.className = 'offers';
  box.setAttribute('role', 'status');
  box.replaceChildren(...towns.map((town) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-s';
    button.textContent = town.filter(Boolean).join(', ');
    button.addEventListener('click', () => { fill(input, town); box.replaceChildren(); });
    return button;
  }));
  input.after(box);
}

async function ask(input) {
  const country = beside(input, 'country')?.value ?? '';
  const query = new URLSearchParams({ country, code: input.value });
  const answer = await fetch(`${input.dataset.towns}?${query}`, { headers: { Accept: 'application/json' } });
  if (answer.ok) offer(input, await answer.json());
}

onContent((where) => {
  all('input[data-towns]', where).forEach((input) => {
    input.addEventListener('change', () => { ask(input).catch(() => {}); });
  });
});
