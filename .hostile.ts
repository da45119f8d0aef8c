import { paragraphsOf, lineOf, plainParagraphs } from './src/articles/content.ts';
import { picturesIn } from './src/articles/html-pictures.ts';
import { readFeed } from './src/articles/feed.ts';
import { readTree } from './src/articles/feed-tree.ts';
import { decodeText } from './src/articles/charset.ts';
import { stripPromotions, stripBoilerplate } from './src/articles/boilerplate.ts';
import { tell } from './src/articles/standfirst.ts';
import { byLine } from './src/articles/feed-authors.ts';
import { draftOf } from './src/articles/feed-article.ts';
import { canonicalLink } from './src/articles/article.ts';
const N=Number(process.argv[2]??1e6);
const pieces = ['<','<a','<a ','<div>','</div>','<b><i>','<p>','&','&amp;','&amp;amp;','&lt;','&lt;b&gt;','&#','"','\'','<a x="','<a x="y"','<!--','-->','<![CDATA[',']]>','<![CDATA[</item>','<script>','<script ','<title>','</title','<textarea>','<style','<object>','<form>','<form><input>','<pre>','<code>','<img src=x>','<img src="https://i.example/a.jpg">','<figure>','<figcaption>','<source srcset="a 1w, ','(',')','\n','\n \n',' ','\t','.','. ','a@','a@b.','<a@','[at]','([{@','read more...','sign up ','[…]','READ: ','<item>','<entry>','<item><title>','<x:y>','<?','<!','<!DOCTYPE [',']>','https://','http://a.b/#','\u0092','\ufdd0','<p hidden>','<nav>','<font','<o:p>','<zz1>','</zz>','a<b c=','<b c="d" ','<b c=d e=f ','<?xml ','<meta charset=','<meta ','=',',', 'x,', '{','[{"a":','\\', '<svg><title>', '<video poster="x">','<picture><source srcset="https://i.example/a.jpg 2w, https://i.example/b.jpg 3w">','<td>','<br>','<br/>','<iframe/>', '<p ', '<title><b>'];
const slow: [string,string,number][]=[];
function time(name:string, piece:string, work:()=>unknown){ const t=performance.now(); work(); const ms=performance.now()-t; if(ms>Number(process.argv[3]??70)) console.log(name,JSON.stringify(piece),Math.round(ms)); if(ms>70) slow.push([name,piece,Math.round(ms)]); }
lineOf('<b>x</b>'); paragraphsOf('<p>x</p>');
for (const piece of pieces) for (const variant of [1]) {
  const text = piece.repeat(Math.ceil(N/piece.length)).slice(0,N) + (variant? '<p>x' : '');
  time('paragraphsOf',piece,()=>paragraphsOf(text));
  time('picturesIn',piece,()=>picturesIn(text,'https://a.example/'));
  time('lineOf',piece,()=>lineOf(text));
  time('plainParagraphs',piece,()=>plainParagraphs(text));
  time('boilerplate',piece,()=>stripPromotions([text]));
  time('boilerplate2',piece,()=>stripBoilerplate(['A b.',text,'C d.']));
  time('tell',piece,()=>tell([text],[text]));
  time('byLine',piece,()=>byLine([text]));
  time('link',piece,()=>canonicalLink(text,'https://a.example/'));
  time('charset',piece,()=>decodeText(Buffer.from(text),text));
  time('readFeed',piece,()=>readFeed('<rss><channel>'+text,'https://a.example/'));
  time('readFeed-item',piece,()=>{ const f=readFeed('<rss><channel><item><link>https://a.example/1</link><title>T</title><description>'+text+'</description></item></channel></rss>','https://a.example/'); return f;});
  time('readFeed-raw',piece,()=>readFeed(text,'https://a.example/'));
  time('readFeed-json',piece,()=>readFeed('{'+text,'https://a.example/'));
}


