// What is chosen in a picker is opened at once.
document.addEventListener('change', ({ target }) => {
  if (target.matches('select[data-pick]') && target.value) target.form.requestSubmit();
});
