import type { ConfigData } from 'html-validate';

/**
 * html-validate's recommended rules, less what mail programs force on everybody. Each exception says who asks for it;
 * what is not named here is an error.
 */
export const MAIL_RULES: ConfigData = {
  root: true,
  extends: ['html-validate:recommended'],
  elements: [
    'html5',
    {
      // Outlook for Windows sets pages with Word, which sizes and places tables by these alone.
      table: { attributes: current('align', 'width', 'cellpadding', 'cellspacing') },
      // … and cells: of a background in CSS it knows nothing where it counts.
      td: { attributes: current('align', 'valign', 'width', 'height', 'bgcolor') },
    },
  ],
  rules: {
    // Outlook for Windows reads what stands in a conditional comment, and everybody else does not.
    'no-conditional-comment': 'off',
    // Gmail drops the style sheet for accounts of other providers, and forwards lose it everywhere.
    'no-inline-style': 'off',
    // Mail programs rename or drop <article>; the role on a <div> arrives.
    'prefer-native-element': ['error', { exclude: ['article'] }],
    // The older word for the same; screen readers that know only it are about still.
    'presentation-role-style': ['error', { prefer: 'presentation' }],
    // The title is the subject, and a subject is as long as its headline.
    'long-title': 'off',
    // Layout tables have no groups of rows, and MJML writes those of Outlook without.
    'prefer-tbody': 'off',
    // A matter of taste, and ours is small letters.
    'doctype-style': ['error', { style: 'lowercase' }],
  },
};

function current(...names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, { deprecated: false }]));
}
