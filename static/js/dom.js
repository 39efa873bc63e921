// Small tools that the other modules share.

export const find = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

export function icon(name, css = '') {
  const sprite = find('meta[name="icons"]').content;
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', `ic ${css}`.trim());
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A page, or a piece of one, as the server sent it. */
export const parse = (text) => new DOMParser().parseFromString(text, 'text/html');

export function post(url, fields) {
  const token = find('meta[name="csrf-token"]')?.content ?? '';
  return fetch(url, { method: 'POST', headers: { 'X-CSRFToken': token }, body: new URLSearchParams(fields) });
}

/** What the server answers, or nothing when it is away, refuses or asks to sign in again. */
export async function ask(url) {
  const answer = await fetch(url, { headers: { Accept: 'application/json' } }).catch(() => null);
  return answer?.ok && answer.headers.get('Content-Type')?.includes('json') ? answer.json() : [];
}

/** Calls `start` for the page and again for each piece that htmx or a dialog brings in. */
export function onContent(start) {
  start(document);
  document.addEventListener('htmx:afterSwap', (event) => start(event.detail.elt.isConnected ? event.detail.elt : document));
  document.addEventListener('content:added', (event) => start(event.target));
}

export const announceContent = (where) => where.dispatchEvent(new CustomEvent('content:added', { bubbles: true }));
