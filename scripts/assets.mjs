// Fills static/vendor from node_modules: styles, fonts, scripts and one sprite with the icons in use.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const vendor = join(root, 'static', 'vendor');

const copies = {
  'htmx.org/dist/htmx.min.js': 'htmx.min.js',
  'htmx.org/LICENSE': 'licences/htmx.txt',
  'tom-select/dist/js/tom-select.complete.min.js': 'tom-select.min.js',
  'tom-select/LICENSE': 'licences/tom-select.txt',
  '@tabler/icons/LICENSE': 'licences/tabler-icons.txt',
  '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2': 'inter-latin.woff2',
  '@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2': 'inter-latin-ext.woff2',
  '@fontsource-variable/inter/LICENSE': 'licences/inter.txt',
  // For PDF, which needs a font in one piece with the letters of many languages.
  'dejavu-fonts-ttf/ttf/DejaVuSans.ttf': 'print/DejaVuSans.ttf',
  'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf': 'print/DejaVuSans-Bold.ttf',
  'dejavu-fonts-ttf/LICENSE': 'licences/dejavu.txt',
};

// Where an icon may be named. A new table names one in its own file and needs no list.
const sources = ['templates', 'static/js', 'models', 'queries', 'operations', 'admin_views', 'portal', 'web', 'app.py'];

function copyFiles() {
  for (const [from, to] of Object.entries(copies)) {
    mkdirSync(dirname(join(vendor, to)), { recursive: true });
    cpSync(join(modules, from), join(vendor, to));
  }
}

// In a cascade layer every rule of ours wins without !important.
function layerTabler() {
  const css = readFileSync(join(modules, '@tabler/core/dist/css/tabler.min.css'), 'utf8');
  const body = css.replace(/^@charset "UTF-8";/, '').replace(/\/\*# sourceMappingURL=.*?\*\//, '');
  writeFileSync(join(vendor, 'tabler.css'), `@charset "UTF-8";@layer base{${body}}`);
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (/\.(html|js|py)$/.test(path)) return [path];
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.flatMap((entry) =>
    entry.isDirectory() || /\.(html|js|py)$/.test(entry.name) ? filesUnder(join(path, entry.name)) : []);
}

// Any quoted word that is the name of an icon counts: a few symbols too many cost less than one missing.
function iconsInUse(outline) {
  const words = new Set();
  for (const file of sources.flatMap((source) => filesUnder(join(root, source)))) {
    for (const [, word] of readFileSync(file, 'utf8').matchAll(/["'`]([a-z][a-z0-9-]*)["'`]/g)) words.add(word);
  }
  return [...words].filter((word) => word in outline).sort();
}

function symbol(name, nodes) {
  const shapes = nodes.map(([tag, attributes]) => {
    const text = Object.entries(attributes).map(([key, value]) => ` ${key}="${value}"`).join('');
    return `<${tag}${text}/>`;
  });
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.join('')}</symbol>`;
}

function writeSprite() {
  const outline = JSON.parse(readFileSync(join(modules, '@tabler/icons/tabler-nodes-outline.json'), 'utf8'));
  const used = iconsInUse(outline);
  const symbols = used.map((name) => symbol(name, outline[name]));
  writeFileSync(join(vendor, 'icons.svg'), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`);
  return used.length;
}

if (!existsSync(modules)) {
  console.error('node_modules is missing: run "npm ci --ignore-scripts" first');
  process.exit(1);
}
rmSync(vendor, { recursive: true, force: true });
mkdirSync(vendor, { recursive: true });
copyFiles();
layerTabler();
console.log(`static/vendor is ready, ${writeSprite()} icons`);
