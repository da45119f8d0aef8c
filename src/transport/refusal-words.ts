/**
 * Wording of refusals where servers' codes say too little: Postfix, Exim, Exchange and Microsoft
 * 365, Gmail, Yahoo, iCloud, GMX, qmail, Domino, Amazon SES and other relays for hire. Replies are
 * short (500 characters), so plain patterns will do.
 */

/** Our account at the relay: what it refuses one message for it refuses all messages for. */
const OUR_ACCOUNT: readonly RegExp[] = [
  /\b(sending|submission|relay|smtp) ?(rate|limit|quota)s?\b.{0,60}\b(exceed\w*|reached|hit)\b/i,
  /\b(message|e-?mail|recipient)s? (rate|rate limit|limit)s?\b.{0,40}\b(exceed\w*|reached|hit)\b/i,
  /\b(daily|hourly|monthly)\b.{0,60}\b(limit|quota|allowance)\b/i,
  /\b(exceed\w*|reached|over)\b.{0,60}\b((sending|submission|daily|hourly|monthly|rate|relay) ?(limit|quota)|max\w* (e-?mails?|messages|recipients)|(e-?mails?|messages|recipients|mails) per (second|minute|hour|day|month))/i,
  /\bSubmissionQuotaExceeded|\bSendAsDenied|\bOutboundSpam/i,
  /\b(sending|account|service|mail) (is |has been |was )?(paused|suspended|disabled|blocked|deactivated) (for|from|by|due|because)\b/i,
  /\b(your|this|sender'?s?|sending) (sending )?(account|subscription|plan|credits?)\b.{0,60}\b(paused|suspended|disabled|blocked|deactivated|locked|limited|expired|restricted|exhausted|not (yet )?(activated|approved|allowed|permitted|authori[sz]ed|enabled))/i,
  /\b(not enough|insufficient|no (more|remaining)|out of) (e-?mail |sending )?credits?\b/i,
  /\b(e-?mail address|domain|identit(y|ies)|sender)\b.{0,80}\b(not|un)[ -]?(yet )?(been )?(verified|validated|confirmed|authenticated)\b/i,
  /\bverified (sender|from|identity|domain|address)|\bsender signature\b|\bunconfigured sending domain\b|\bsender identity\b/i,
  /\b(not|isn'?t|aren'?t) (allowed|permitted|authori[sz]ed) to (send|use)\b|\bpermissions? to send as\b|\bsend as\b.{0,30}\bdenied\b/i,
  /\bunusual sending activity\b|\bbad outbound sender\b/i,
];

/**
 * Our sender, or our address on the net, named outright: such a reply says nothing of its reader,
 * whatever code it has.
 */
const REFUSES_US: readonly RegExp[] = [
  /\b(sender|return[ -]?path|envelope[ -]from|from[ -]address|mail from)\b.{0,80}\b(reject\w*|refus\w*|denied|verif\w*|invalid|unknown|blocked|not (found|exist|allowed|accepted|permitted))/i,
  /\b(verification|callback|callout)\b.{0,20}\b(failed|setup failed)\b|\bverif\w* (the )?sender\b/i,
  /\bspam\w*|\bunsolicited\b|\bphish\w*|\bvirus\b|\bmalware\b/i,
  /\b(black|block|deny)[ -]?list\w*|\b(rbl|dnsbl)\b|\bspamhaus\b|\bbarracuda\b|\breputation\b|\bbanned\b/i,
  /\b(client|your|sending|connecting) (host|ip|server|network|domain|message|mail)\b.{0,60}\b(blocked|denied|rejected|refused|listed|not allowed|banned)/i,
  /\b(spf|dkim|dmarc|reverse dns|rdns)\b/i,
];
/** Our manners, seen more loosely: what other receivers may see otherwise. */
const ABOUT_US: readonly RegExp[] = [
  ...REFUSES_US,
  /\b(sender|return[ -]?path|mail ?from|envelope[ -]from|from[ -](address|header|domain)|originator|helo|ehlo)\b/i,
  /\brelay(ing)? (access )?(is )?(denied|not (permitted|allowed)|disallowed|prohibited|restricted)|\bunable to relay\b|\bnot relay\b|\brcpthosts\b|\bopen relay\b/i,
  /\bjunk\b|\bbulk mail\b|\bproofpoint\b|\baccess denied\b|\bblocked\b/i,
  /\bpolicy\b|\bpolicies\b|\bprohibited\b|\bcontent (rejected|filter)|\bmessage (was )?(rejected|blocked|refused|denied|discarded)\b|\breject(ed)? due to content\b/i,
  /\bauthenticat\w+|\bauthori[sz]ation (failed|required)\b|\blog ?in\b|\bstarttls\b|\bencryption (needed|required)\b/i,
  /\b(throttl\w+|rate[ -]?limit\w*|too (many|much|fast|quickly)|slow down)\b/i,
  /\bmessage (size|length)\b|\bmessage (is )?too (large|big|long)\b|\bsize limit\b|\bmaximum (message|permitted) size\b|\bexceeds (the )?(maximum|fixed|size)/i,
];

/** Nobody has this address, or nobody has it any more. */
const NO_SUCH_RECIPIENT: readonly RegExp[] = [
  /\b(user|recipient|mailbox|addressee|account|local[ -]?part|alias)( name| address)?( is| was)? (unknown|not (known|found|recogni[sz]ed)|does ?n[o']t exist|doesn'?t exist|invalid|non-?existent|no longer (exists|available|valid|active))/i,
  /\b(unknown|invalid|no such|nonexistent|non-existent|bad) (local )?(user|recipient|mailbox|addressee|account|local[ -]?part|alias|person|e-?mail address|destination mailbox|mail ?drop|or illegal alias)/i,
  /\bno such (e-?mail )?(address|name|id|domain|host)\b|\bno (mailbox|user|account|address) (here )?by that name\b|\bno mailbox (here|by|found)\b/i,
  /\b(user|recipient|mailbox|account|address|e-?mail address|person)\b.{0,120}?\b(does ?n[o']t|doesn'?t|do not|no longer) (exist|have an? .{0,40}account|live|work)/i,
  /\bdoes ?n[o']t have an? \S+ account\b|\bdoesn'?t have an? \S+ account\b/i,
  /\b(is )?not (a )?(valid|known|local|existing) (user|mailbox|recipient|address|account|e-?mail address)\b|\bnot our customer\b/i,
  /\bmailbox (is |was |has been )?(not found|unavailable|disabled|inactive|closed|deactivated|deleted|suspended|expired|terminated|not available|unknown|invalid)\b/i,
  /\b(mailbox|user|e-?mail account|recipient'?s? account|mail account|recipient|address)\b.{0,80}\b(is|was|has been) (currently )?(disabled|inactive|closed|deactivated|deleted|suspended|terminated|discontinued)\b/i,
  /\baccount that you tried to reach\b.{0,20}\b(does not exist|is disabled|is inactive)/i,
  /\b(unrout(e)?able|undeliverable) (address|mail domain|domain|recipient)\b|\bno route to (address|mailbox)\b/i,
  /\b(host|domain)( or domain)?( name)? (not found|does ?n[o']t exist|doesn'?t exist|unknown)\b|\b(bad|unknown|invalid) destination (host|domain|system|mailbox|address)|\bnull ?mx\b|\b(domain|host) (has|with) no (mx|mail)/i,
  /\bnot (present|listed|found) in (the )?(\S+ ){0,4}(directory|name & address book|address book|recipient table|table)\b|\bRecipientNotFound\b|\bRecipNotFound\b/i,
  /\buser unknown\b|\bunknown user\b|\brecipient unknown\b|\bdoes not like recipient\b|\bnot a valid (user|recipient)|\baddress (is )?(unknown|invalid|not (found|known))\b/i,
  /\bempf(ä|ae)nger (ist )?(unbekannt|existiert nicht)|\bunbekannter? (empf(ä|ae)nger|benutzer)|\b(utilisateur|destinataire) inconnu|\b(usuario|destinatario) (desconocido|no existe)/i,
];

/** A mailbox that is full, or swamped: it is there, and may have room tomorrow. */
const FULL: readonly RegExp[] = [
  /\b(mailbox|account|inbox|user|recipient|storage)\b.{0,60}\b(full|over ?quota|quota|out of (space|storage)|too large)\b/i,
  /\b(over|exceed\w*|out of) (the |its |their |his |storage |disk |mailbox |user )?(quota|storage|allocation|disk space)\b|\bquota (exceeded|limit)|\binsufficient (storage|disk)/i,
];
const SWAMPED: readonly RegExp[] = [
  /\breceiving (e-?mail|messages|mail)\b.{0,40}\b(at a rate|too quickly|too fast)/i,
  /\b(recipient|user|mailbox)\b.{0,60}\blimit\b.{0,40}\b(messages|e-?mails?)\b.{0,40}\breceive/i,
];

/** A server that wants fewer messages in the same time, or on the same line. */
const TOO_FAST =
  /\bthrottl\w*|\b(sending |message |connection )?rate\b|\btoo (many|much|fast|quickly|frequent\w*|busy)\b|\bslow(er)? down\b|\b(thread|connection|concurren\w+|session|message) limit\b|\blimit exceeded\b|\[TSS?\d+\]|\bdeferred due to (user complaints|unexpected volume)|\bunusual (rate|volume)/i;
/** So many in an hour, a day or a month: waiting a moment does not help. */
const ALLOWANCE = /\bquota|\b(daily|hourly|monthly)\b|\bper (hour|day|month)\b/i;
const GREYLISTED = /\bgr[ea]y[- ]?list/i;
/** No more messages on this line; another one may take some. */
const LINE_IS_FULL =
  /\b(messages?|mails?|e-?mails?|transactions?|recipients?|deliveries)\b.{0,30}\b(per|in|on|for|over|this) (this |the |a |one |single |same |smtp )?(connection|session)\b/i;

/**
 * A reply without addresses, links and names of hosts: "spam@example.org" is no word about spam.
 */
export function wordsOf(reply: string): string {
  return reply
    .replace(/\bhttps?:\S+/gi, '…')
    .replace(/<?[^\s<>@]+@[^\s<>@]+>?/g, '…')
    .replace(/\b[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}\b/g, '…');
}

const says = (patterns: readonly RegExp[]) => (reply: string) =>
  patterns.some((pattern) => pattern.test(reply));

export const isAboutOurAccount = says(OUR_ACCOUNT);
export const refusesUs = says(REFUSES_US);
export const isAboutUs = says(ABOUT_US);
export const namesNoRecipient = says(NO_SUCH_RECIPIENT);
export const isFull = says(FULL);
export const isSwamped = says(SWAMPED);
export const endsTheLine = (reply: string): boolean => LINE_IS_FULL.test(reply);
/** Greylisting is a matter of waiting once, however slowly messages come. */
export const isTooFast = (reply: string): boolean =>
  TOO_FAST.test(reply) && !GREYLISTED.test(reply) && !ALLOWANCE.test(reply);
