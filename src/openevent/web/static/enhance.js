// What makes pages nicer where scripts run. Every page works without; each behaviour is bound by a data- attribute.
const behaviours = {
  "[data-themes]": "./themes.js",
  "[data-stepper]": "./stepper.js",
  "[data-total]": "./total.js",
  "[data-countdown]": "./countdown.js",
  "[data-reload]": "./reload.js",
};

for (const [selector, module] of Object.entries(behaviours)) {
  const places = document.querySelectorAll(selector);
  if (places.length > 0) {
    import(module).then(({ enhance }) => places.forEach(enhance));
  }
}
