import { expect, test } from 'vitest';
import { readFeed } from '../../../../src/articles/sources/feeds/feed.ts';
import { byLine } from '../../../../src/articles/sources/feeds/feed-authors.ts';
import { stripBoilerplate, stripPromotions } from '../../../../src/articles/sources/text/boilerplate.ts';
import { decodeText } from '../../../../src/articles/sources/text/charset.ts';
import { lineOf, paragraphsOf } from '../../../../src/articles/sources/text/content.ts';
import { picturesIn } from '../../../../src/articles/sources/text/html-pictures.ts';
import { tell } from '../../../../src/articles/sources/text/standfirst.ts';
import { processorMs } from '../../../helpers/processor-time.ts';

const BYTES = 1_000_000;
const CPU_MS = 100;
const ADDRESS = 'https://news.example/';

const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  paragraphs: paragraphsOf,
  pictures: (text) => picturesIn(text, ADDRESS),
  line: lineOf,
  promotions: (text) => stripPromotions([text]),
  captions: (text) => stripBoilerplate(['A bird.', text, 'A fish.']),
  standfirst: (text) => tell([text], [text]),
  'by-line': (text) => byLine([text]),
  charset: (text) => decodeText(Buffer.from(text), text),
  'a feed': (text) => readFeed(`<rss><channel>${text}`, ADDRESS),
  'an entry': (text) =>
    readFeed(
      `<rss><channel><item><title>T</title><description>${text}</description></item></channel></rss>`,
      ADDRESS,
    ),
  'a whole answer': (text) => readFeed(text, ADDRESS),
  JSON: (text) => readFeed(`{${text}`, ADDRESS),
};

const PIECES =
  '<|<a|<a |<div>|</div>|<b><i>|&|&amp;|&amp;amp;|&lt;b&gt;|&#|"|<a x="|<a x="y"|<!--|-->|<![CDATA[|<![CDATA[</item>|]]>|<script>|<script |<title>|</title|<style|<object>|<form><input>|<pre>|<img src=x>|<source srcset="a 1w, |(|\n|\n \n| |. |a@b.|<a@|[at]|read more...|[…]|<item>|<item><title>|<x:y>|<?|<!DOCTYPE [|]>|https://|\u0092|<p hidden>|<font|</zz>|a<b c=|<b c=d e=f |<meta charset=|{|[{"a":|<br/>|<iframe/>'.split(
    '|',
  );

test.each(Object.entries(PARSERS))(
  'a megabyte of any repetition is dealt with in 100 ms by the reader of %s',
  async (_what, parse) => {
    parse('<p>An otter &amp; a heron</p>');
    const slow: string[] = [];
    for (const piece of PIECES) {
      const text = `${piece.repeat(Math.ceil(BYTES / piece.length)).slice(0, BYTES)}<p>x`;
      const ms = await processorMs(() => parse(text), CPU_MS);
      if (ms >= CPU_MS) slow.push(`${JSON.stringify(piece)}: ${Math.round(ms)} ms`);
    }
    expect(slow).toEqual([]);
  },
  120_000,
);
