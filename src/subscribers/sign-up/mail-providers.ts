/** Domains that so many people share that a crowd at one of them says nothing. */
const LARGE = [
  ...['gmail.com', 'googlemail.com', 'outlook.com', 'hotmail.com', 'live.com', 'msn.com'],
  ...['yahoo.com', 'ymail.com', 'rocketmail.com', 'aol.com', 'icloud.com', 'me.com', 'mac.com'],
  ...['hotmail.co.uk', 'hotmail.fr', 'hotmail.de', 'hotmail.it', 'hotmail.es', 'live.co.uk', 'live.nl'],
  ...['live.fr', 'outlook.de', 'outlook.fr', 'outlook.es', 'yahoo.co.uk', 'yahoo.fr', 'yahoo.de', 'yahoo.it'],
  ...['yahoo.es', 'yahoo.co.in', 'yahoo.co.jp', 'yahoo.com.br', 'yahoo.ca', 'btinternet.com', 'sky.com'],
  ...['virginmedia.com', 'ntlworld.com', 'talktalk.net', 'gmx.de', 'gmx.net', 'gmx.at', 'gmx.ch', 'gmx.com'],
  ...['web.de', 't-online.de', 'freenet.de', 'mail.com', 'mail.ru', 'yandex.ru', 'yandex.com', 'bk.ru'],
  ...['orange.fr', 'wanadoo.fr', 'free.fr', 'laposte.net', 'sfr.fr', 'libero.it', 'virgilio.it', 'alice.it'],
  ...['uol.com.br', 'bol.com.br', 'terra.com.br', 'comcast.net', 'verizon.net', 'att.net', 'sbcglobal.net'],
  ...['bellsouth.net', 'cox.net', 'charter.net', 'bigpond.com', 'optusnet.com.au', 'qq.com', '163.com'],
  ...['126.com', 'naver.com', 'daum.net', 'proton.me', 'protonmail.com', 'pm.me', 'fastmail.com', 'zoho.com'],
  ...['hey.com', 'bluewin.ch', 'ziggo.nl', 'kpnmail.nl', 'planet.nl', 'telenet.be', 'skynet.be', 'seznam.cz'],
  ...['wp.pl', 'o2.pl', 'interia.pl', 'onet.pl', 'abv.bg', 'eircom.net', 'rediffmail.com', 'shaw.ca'],
];

export const LARGE_PROVIDERS: ReadonlySet<string> = new Set(LARGE);

/**
 * Domains that typing mistakes are measured against: most readers' own, and long enough that a slip
 * is no other name.
 */
export const OFTEN_MISTYPED = [
  'gmail.com',
  'googlemail.com',
  'hotmail.com',
  'outlook.com',
  'yahoo.com',
  'icloud.com',
  'hotmail.co.uk',
  'yahoo.co.uk',
  'btinternet.com',
  'protonmail.com',
  't-online.de',
  'comcast.net',
];
