// What makes the lab's pages live. Each behaviour is bound by a data- attribute, as on all other pages.
const behaviours = {
  "[data-lab-lease]": "./lease.js",
  "[data-lab-call]": "./call.js",
  "[data-lab-run]": "./run.js",
  "[data-lab-editor]": "./editor.js",
  "[data-lab-filter]": "./filter.js",
  "[data-lab-meter]": "./meter.js",
  "[data-lab-scope]": "./scope.js",
  "[data-lab-logic]": "./logic.js",
  "[data-lab-knobs]": "./knobs.js",
};

for (const [selector, module] of Object.entries(behaviours)) {
  const places = document.querySelectorAll(selector);
  if (places.length > 0) {
    import(module).then(({ enhance }) => places.forEach(enhance));
  }
}
