const SIGNS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '`': '&#x60;',
  '=': '&#x3D;',
};

/**
 * Returns text as it stands in HTML, in an attribute too. It is what every template does, without
 * loading Handlebars.
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`=]/g, (sign) => SIGNS[sign] ?? sign);
}
