// Filters, counts, links into closed questions, and printing. Without it the page shows everything.
(() => {
  "use strict";
  const form = document.querySelector("#page-filter");
  const words = document.querySelector("#page-words");
  const count = document.querySelector("#page-count");
  const selects = [...form.querySelectorAll("select")];
  const cases = [...document.querySelectorAll("details.case")];
  const texts = cases.map((found) =>
    [...found.querySelectorAll("[data-find]")].map((part) => part.textContent).join(" ").toLowerCase());

  const shown = () => cases.filter((found) => !found.hidden);

  function apply() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    cases.forEach((found, place) => {
      found.hidden = !(selects.every((s) => !s.value || found.dataset[s.dataset.filter] === s.value)
        && wanted.every((word) => texts[place].includes(word)));
    });
    const said = `${shown().length} of ${cases.length} shown`;
    if (count.textContent !== said) count.textContent = said;
    for (const part of document.querySelectorAll("section.cases")) {
      const all = [...part.querySelectorAll("details.case")];
      const left = all.filter((found) => !found.hidden).length;
      part.querySelector("[data-shown]").textContent = left === all.length ? all.length : `${left} of ${all.length}`;
    }
  }

  function openAll(open) {
    for (const found of shown()) found.open = open;
  }

  // A link to a question opens it, even where the filters leave it out.
  function follow() {
    const found = cases.find((one) => `#${one.id}` === decodeURIComponent(location.hash));
    if (!found) return;
    if (found.hidden) {
      form.reset();
      apply();
    }
    found.open = true;
    history.scrollRestoration = "manual"; // else a reload may go back to where the page stood before
    found.scrollIntoView();
    found.querySelector("summary").focus({ preventScroll: true });
  }

  // A count of the table of causes leads to the questions it counts.
  for (const cell of document.querySelectorAll("[data-show-cause]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = cell.textContent;
    button.setAttribute("aria-label", `${cell.textContent}: show them`);
    button.addEventListener("click", () => {
      form.reset();
      document.querySelector("#page-filter-kind").value = cell.dataset.showKind;
      document.querySelector("#page-filter-cause").value = cell.dataset.showCause;
      apply();
      document.querySelector("#page-questions").focus();
    });
    cell.replaceChildren(button);
  }

  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = shown().filter((found) => !found.open);
    for (const found of opened) found.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const found of opened) found.open = false;
  });

  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  document.querySelector("#page-open").addEventListener("click", () => openAll(true));
  document.querySelector("#page-close").addEventListener("click", () => openAll(false));
  window.addEventListener("hashchange", follow);
  window.addEventListener("pageshow", apply); // a browser may bring back what was chosen
  // A link that is followed again changes no address.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) setTimeout(follow);
  });
  apply();
  follow();
})();
