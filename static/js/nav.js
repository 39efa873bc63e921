// Groups of the menu stay as one left them. Runs before the first paint, so that nothing jumps.
const LEFT = 'recordroom:menu';
let left = {};
try {
  left = JSON.parse(localStorage.getItem(LEFT)) ?? {};
} catch {
  // What cannot be read was not kept.
}
for (const group of document.querySelectorAll('[data-nav]')) {
  const name = group.dataset.nav;
  if (name in left && !group.querySelector('[aria-current]')) group.open = left[name];
  group.querySelector('summary').addEventListener('click', () => {
    left[name] = !group.open;
    localStorage.setItem(LEFT, JSON.stringify(left));
  });
}
