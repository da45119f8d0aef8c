import type { Newsroom, Piece } from './pieces.ts';
import { escaped } from './xml-writer.ts';

/** A system's HTML of an article. */
export type Body = (piece: Piece, room: Newsroom) => string;

const p = (text: string, attributes = '') => `<p${attributes}>${escaped(text)}</p>`;
const sized = (picture: string, suffix: string) => picture.replace(/\.jpg$/, `${suffix}.jpg`);

/** The paragraphs, with what editors put between them: a heading, a list, a quotation, a link, a table. */
export function prose({ paragraphs, lead, link }: Piece, { dice }: Newsroom): string {
  return paragraphs
    .map((text) => {
      const inner = escaped(text);
      return dice.one([
        `<p>${inner}</p>`,
        `<p>${inner}</p>`,
        `<h2>${escaped(lead)}</h2>\n<p>${inner}</p>`,
        `<blockquote><p>${inner}</p></blockquote>`,
        `<ul>\n<li>${inner}</li>\n<li><strong>${escaped(lead)}</strong></li>\n</ul>`,
        `<p>${inner.replace(/^(\S+)/, `<a href="${escaped(link)}?ref=text">$1</a>`)}</p>`,
        `<p><em>${inner}</em><br />${escaped(lead)}</p>`,
        `<table><tbody><tr><td>${inner}</td><td>${escaped(lead)}</td></tr></tbody></table>`,
      ]);
    })
    .join('\n');
}

/** WordPress blocks: a picture in several sizes, an emoji as picture, an embedded film. */
export const wordpress: Body = (piece, room) => {
  const widths = [1024, 300, 768, 1536];
  const set = widths.map(
    (width) => `${sized(piece.picture, `-${width}x${Math.round(width / 1.5)}`)} ${width}w`,
  );
  const large = sized(piece.picture, '-1024x683');
  return `
<figure class="wp-block-image size-large"><img fetchpriority="high" decoding="async" width="1024" height="683" src="${large}" alt="${escaped(piece.title)}" class="wp-image-${piece.number}" srcset="${set.join(', ')}" sizes="(max-width: 1024px) 100vw, 1024px" /><figcaption class="wp-element-caption">${escaped(piece.caption)}</figcaption></figure>


${p(piece.lead, ' class="has-drop-cap"')}


${prose(piece, room)}
<p>${escaped(piece.lead)} <img src="https://s.w.org/images/core/emoji/15.0.3/72x72/1f642.png" alt="🙂" class="wp-smiley" style="height: 1em; max-height: 1em;" /></p>
<figure class="wp-block-embed is-type-video"><div class="wp-block-embed__wrapper">
<iframe title="film" width="500" height="281" src="https://video.example/embed/${piece.number}" allowfullscreen></iframe>
</div></figure>
`;
};

/** The classic editor, with a caption in a div and a smaller picture that leads to the larger one. */
export const classicEditor: Body = (piece, room) =>
  `<div id="attachment_${piece.number}" style="width: 310px" class="wp-caption alignleft"><a href="${piece.picture}"><img aria-describedby="caption-attachment-${piece.number}" decoding="async" src="${sized(piece.picture, '-300x200')}" alt="" width="300" height="200" class="size-medium" /></a><p id="caption-attachment-${piece.number}" class="wp-caption-text">${escaped(piece.caption)}</p></div>
${p(piece.lead)}
${prose(piece, room)}`;

/** Blogger: no paragraphs but line breaks, and a picture in a separator. */
export const blogger: Body = ({ picture, lead, paragraphs }) =>
  `<div class="separator" style="clear: both; text-align: center;"><a href="${picture.replace('/media/', '/media/s1600/')}" imageanchor="1" style="margin-left: 1em; margin-right: 1em;"><img border="0" data-original-height="1067" data-original-width="1600" height="267" src="${picture.replace('/media/', '/media/s400/')}" width="400" /></a></div>${escaped(lead)}<br /><br /><a name='more'></a>${paragraphs.map((text) => `<span style="font-family: georgia;">${escaped(text)}</span>`).join('<br />&nbsp;<br />')}<div class="blogger-post-footer"><img width='1' height='1' src='https://blogger.googleusercontent.com/tracker/1/${lead.length}' alt='' /></div>`;

/** Ghost's cards: a picture with a caption, a bookmark with an icon and a preview, a call to subscribe. */
export const ghost: Body = (piece, room) =>
  `<img src="${piece.picture}" alt="${escaped(piece.title)}">${p(piece.lead)}<figure class="kg-card kg-image-card kg-card-hascaption"><img src="${sized(piece.picture, '-2')}" class="kg-image" alt="" loading="lazy" width="2000" height="1333" srcset="${sized(piece.picture, '-2')}?w=600 600w, ${sized(piece.picture, '-2')} 2000w" sizes="(min-width: 720px) 720px"><figcaption><span style="white-space: pre-wrap;">${escaped(piece.caption)}</span></figcaption></figure>${prose(piece, room)}<figure class="kg-card kg-bookmark-card"><a class="kg-bookmark-container" href="https://else.example/x"><div class="kg-bookmark-content"><div class="kg-bookmark-title">${escaped(piece.caption)}</div><div class="kg-bookmark-metadata"><img class="kg-bookmark-icon" src="https://static.ghost.example/icons/icon-1.ico" alt=""></div></div><div class="kg-bookmark-thumbnail"><img src="https://static.ghost.example/thumbnail/x.jpg" alt="" onerror="this.style.display = 'none'"></div></a></figure>`;

/** Substack: a picture in four wrappings with a set of addresses that have commas in them, a form, buttons. */
export const substack: Body = (piece, room) => {
  const cdn = (width: number) =>
    `https://cdn.press.example/image/fetch/w_${width},c_limit,f_auto,q_auto:good,fl_progressive:steep/${encodeURIComponent(piece.picture)}`;
  const set = [424, 848, 1272, 1456].map((width) => `${cdn(width)} ${width}w`).join(', ');
  return `<p>${escaped(piece.lead)}</p><div class="captioned-image-container"><figure><a class="image-link image2 is-viewable-img" target="_blank" href="${piece.picture}" data-component-name="Image2ToDOM"><div class="image2-inset"><picture><source type="image/webp" srcset="${set}" sizes="100vw"><img src="${cdn(1456)}" width="1456" height="971" data-attrs="${escaped(JSON.stringify({ src: piece.picture, width: 1456 }))}" class="sizing-normal" alt="" srcset="${set}" sizes="100vw" fetchpriority="high"></picture><div class="image-link-expand"><div class="pencraft pc-display-flex"><svg role="img" width="20" height="20"><g><title></title><path d="M2 2"></path></g></svg></div></div></div></a><figcaption class="image-caption">${escaped(piece.caption)}</figcaption></figure></div>${prose(piece, room)}<div class="subscription-widget-wrap-editor" data-attrs="${escaped(JSON.stringify({ url: room.home, text: 'Subscribe' }))}"><div class="subscription-widget show-subscribe"><form class="subscription-widget-subscribe"><input type="email" class="email-input" name="email" placeholder="Type your email…" tabindex="-1"><input type="submit" class="button primary" value="Subscribe"><div class="fake-input-wrapper"><div class="fake-input"></div><div class="fake-button"></div></div></form></div></div>`;
};

/** Medium: a figure, and a counting picture behind the text. */
export const medium: Body = (piece, room) =>
  `<figure><img alt="" src="${piece.picture.replace('/media/', '/max/1024/')}" /><figcaption>${escaped(piece.caption)}</figcaption></figure><h3>${escaped(piece.title)}</h3>${p(piece.lead)}${prose(piece, room)}<img src="https://medium.example/_/stat?event=post.clientViewed&amp;referrerSource=full_rss&amp;postId=${piece.number}" width="1" height="1" alt="">`;

/** Squarespace: the picture is loaded late, its address is in three attributes. */
export const squarespace: Body = (piece, room) =>
  `<div class="sqs-layout sqs-grid-12"><div class="sqs-block image-block"><figure class="sqs-block-image-figure intrinsic"><img class="thumb-image" data-stretch="false" data-src="${piece.picture}" data-image="${piece.picture}" data-image-dimensions="2500x1667" data-load="false" src="${piece.picture}?format=1000w" alt="" /></figure></div><div class="sqs-block html-block"><div class="sqs-html-content">${p(piece.lead, ' class="" style="white-space:pre-wrap;"')}${prose(piece, room)}</div></div></div>`;

/** A plain editor: paragraphs and one picture among them. */
export const plain: Body = (piece, room) =>
  `${p(piece.lead)}\n${prose(piece, room)}\n<p><img src="${piece.picture}" alt="${escaped(piece.caption)}" /></p>`;

/** A page of a house whose addresses are relative to its own. */
export const relative: Body = (piece, room) =>
  `${p(piece.lead)}<img src="${new URL(piece.picture).pathname}" width="640" height="427" alt="">${prose(piece, room)}`;
