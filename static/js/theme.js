// Runs before the first paint. The server writes the theme of a signed-in person; this is for all others,
// and for those who choose to follow their device.
(() => {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => {
    if ('followsDevice' in root.dataset) root.dataset.bsTheme = dark.matches ? 'dark' : 'light';
  };
  if (!root.dataset.bsTheme) root.dataset.followsDevice = '';
  dark.addEventListener('change', follow);
  follow();
})();
