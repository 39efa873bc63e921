// Runs before the first paint. The server writes the theme of a signed-in person; this is for all others.
(() => {
  const root = document.documentElement;
  if (root.dataset.bsTheme) return;
  root.dataset.followsDevice = '';
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => {
    if ('followsDevice' in root.dataset) root.dataset.bsTheme = dark.matches ? 'dark' : 'light';
  };
  dark.addEventListener('change', follow);
  follow();
})();
