import Handlebars from 'handlebars';
import { expect, test } from 'vitest';
import { escapeHtml } from '../../../src/base/text/escape-html.ts';

test('every character is escaped as in a template', () => {
  const all = Array.from({ length: 0x250 }, (_, code) => String.fromCharCode(code)).join('');
  expect(escapeHtml(all)).toBe(Handlebars.compile('{{all}}')({ all }));
  expect(escapeHtml('<a href="x?a=1&b=\'2\'">`')).toBe(
    '&lt;a href&#x3D;&quot;x?a&#x3D;1&amp;b&#x3D;&#x27;2&#x27;&quot;&gt;&#x60;',
  );
});
