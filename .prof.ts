import { readFeed } from './src/articles/feed.ts';
import { paragraphsOf } from './src/articles/content.ts';
function cpu(name:string, f:()=>unknown){ for (let i=0;i<3;i++){ const c=process.cpuUsage(); const t=performance.now(); f(); const d=process.cpuUsage(c); console.log(name, Math.round(d.user/1000), 'cpu', Math.round(performance.now()-t),'wall'); } }
const big=(p:string)=>p.repeat(1e6/p.length);
const item=(t:string)=>'<rss><channel><item><link>https://a.example/1</link><title>T</title><description>'+t+'</description></item></channel></rss>';
for (const p of ['<br/>','<title>','<iframe/>','</div>','&lt;b&gt;','&lt;']) cpu('readFeed '+p, ()=>readFeed(item(big(p)),'https://a.example/'));
for (const p of ['<?','<?xml ','<','<br>','&lt;b&gt;','&amp;amp;','\u0092']) cpu('paragraphs '+p, ()=>paragraphsOf(big(p)));
