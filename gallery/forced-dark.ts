/**
 * What mail programs that ask nobody do to colours, as Gmail's on telephones: every colour becomes as light as it was
 * dark, its hue stays, and pictures stay as they are. An approximation: nobody publishes what they do exactly, and some
 * leave alone what is dark already. White becomes a very dark grey, as theirs does. A text: it runs in the page.
 */
export const FORCE_DARK = `(() => {
  const properties = ['color', 'background-color', 'border-top-color', 'border-right-color', 'border-bottom-color',
    'border-left-color', 'outline-color', 'text-decoration-color'];
  const transparent = 'rgba(0, 0, 0, 0)';
  // All are read before one is written: colours are inherited.
  const colours = [...document.querySelectorAll('html, html *')]
    .filter((element) => element.tagName !== 'IMG' && element.style)
    .map((element) => {
      const style = getComputedStyle(element);
      return [element, properties.map((name) => [name, style.getPropertyValue(name)])];
    });
  for (const [element, found] of colours)
    for (const [name, colour] of found)
      if (colour !== transparent)
        element.style.setProperty(name, 'lab(from ' + colour + ' calc(100 - 0.92 * l) a b / alpha)', 'important');
  if (getComputedStyle(document.documentElement).backgroundColor === transparent)
    document.documentElement.style.setProperty('background-color', 'lab(8 0 0)', 'important');
})()`;
