// Offer the towns of a postal code, next to it, and fill in the one that is chosen.
import { all, ask, element, onContent } from './dom.js';

const PAUSE = 250;

function beside(input, name) {
  const prefix = input.name.slice(0, -input.dataset.own.length);
  return input.form.elements.namedItem(prefix + name);
}

function fill(input, town) {
  input.dataset.fills.split(',').forEach((name, at) => {
    const field = beside(input, name);
    if (!field) return;
    field.value = town[at];
    field.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

function choice(input, town, box) {
  const button = element('button', { class: 'btn btn-s', type: 'button' }, town.filter(Boolean).join(', '));
  button.addEventListener('click', () => {
    fill(input, town);
    box.replaceChildren();
    input.focus();
  });
  return button;
}

function offer(input, towns) {
  const box = input.parentNode.querySelector('[data-offers]') ?? element('p', { class: 'offers', role: 'status', 'data-offers': '' });
  input.after(box);
  box.replaceChildren(...towns.map((town) => choice(input, town, box)));
}

async function look(input) {
  const code = input.value;
  const query = new URLSearchParams({ country: beside(input, 'country')?.value ?? '', code });
  const towns = await ask(`${input.dataset.towns}?${query}`);
  if (input.value === code) offer(input, towns);
}

onContent((where) => {
  all('input[data-towns]', where).forEach((input) => {
    let timer = 0;
    input.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(look, PAUSE, input);
    });
  });
});
