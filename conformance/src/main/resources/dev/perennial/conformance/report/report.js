// Filters the runs. The page can be read without it.
(() => {
  const form = document.getElementById('filter');
  const runs = [...document.querySelectorAll('details.run')];
  const groups = [...document.querySelectorAll('.group')];
  const apply = () => {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = name => !form.elements[name] || form.elements[name].checked;
    let shown = 0;
    for (const run of runs) {
      const { verdict, transport } = run.dataset;
      const isShown = wanted(verdict) && wanted(transport)
          && words.every(word => run.dataset.words.includes(word));
      run.hidden = !isShown;
      shown += isShown ? 1 : 0;
    }
    for (const group of groups) {
      let heading = null;
      let isFilled = false;
      for (const element of group.children) {
        if (element.tagName === 'H4') {
          heading = element;
          heading.hidden = true;
        } else if (element.tagName === 'DETAILS' && !element.hidden) {
          heading.hidden = false;
          isFilled = true;
        }
      }
      group.hidden = !isFilled;
    }
    form.querySelector('output').value = `${shown} of ${runs.length} runs`;
  };
  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === 'DETAILS') {
      target.open = true;
      target.scrollIntoView();
    }
  };
  form.hidden = false;
  form.addEventListener('input', apply);
  form.addEventListener('submit', event => event.preventDefault());
  addEventListener('hashchange', reveal);
  apply();
  reveal();
})();
