import { type ListStatus, plain, words } from './import-words.ts';

/**
 * The words that systems have for how somebody stands, in several languages, as `plain` leaves
 * them.
 */
const WORDS: Readonly<Record<ListStatus, ReadonlySet<string>>> = {
  active:
    words(`active subscribed subscriber enabled confirmed optedin optin doubleoptin singleoptin resubscribed
    express expressed expressconsent implied impliedconsent marketingcontact subscribedconfirmed activesubscriber
    aktiv angemeldet abonniert eingetragen bestatigt bestaetigt eingewilligt
    actif active actives abonne abonnee inscrit inscrite confirme confirmee
    activo activa suscrito suscrita inscrito inscrita confirmado confirmada
    ativo ativa assinante subscrito subscrita
    attivo attiva iscritto iscritta confermato confermata
    actief ingeschreven aangemeld geabonneerd bevestigd
    aktywny aktywna aktivan prenumererar tilmeldt pameldt подписан активен`),
  unconfirmed:
    words(`unconfirmed pending nonsubscribed notsubscribed nonsubscriber neversubscribed transactional
    unactivated notactivated notconfirmed awaiting awaitingconfirmation awaitingoptin waiting waitingforconfirmation
    unverified notverified validating pendingconfirmation optinpending pendingoptin confirmationpending
    nonmarketingcontact nopermission noconsent notoptedin notgiven noemailconsent notset never nolist
    unbestatigt unbestaetigt nichtbestatigt nichtbestaetigt ausstehend wartend unbekannt
    enattente nonconfirme nonconfirmee nonabonne nonabonnee noninscrit noninscrite
    pendiente sinconfirmar noconfirmado noconfirmada nosuscrito nosuscrita
    pendente naoconfirmado naoconfirmada naoinscrito naoinscrita
    inattesa nonconfermato nonconfermata noniscritto noniscritta
    onbevestigd nietbevestigd inafwachting nietingeschreven niepotwierdzony`),
  unsubscribed:
    words(`unsubscribed unsubscribe unsub disabled inactive optedout optout left deleted archived removed
    cancelled canceled cancel quit stopped stop former churned deactivated revoked withdrawn objected resigned signedoff
    byuser bymoderator lapsed expired retired suspended onhold trash trashed forgotten gdprerased anonymized
    anonymised donotcontact donotemail donotmail dnc dnd nomail noemail nocontact excluded declined refused
    abgemeldet ausgetragen abbestellt gekundigt gekuendigt inaktiv deaktiviert geloscht geloescht widerrufen widersprochen
    nichtaktiv ausgeschieden austragung abmeldung kundigung kuendigung keininteresse widerruf
    desabonne desabonnee desinscrit desinscrite inactif resilie annule annulee supprime supprimee desactive nonactif
    desuscrito desuscrita baja bajas debaja dadodebaja dadadebaja inactivo inactiva cancelado cancelada eliminado eliminada
    descadastrado descadastrada inativo inativa removido removida desinscrito desinscrita excluido excluida
    disiscritto disiscritta cancellato cancellata disattivato disattivata inattivo inattiva annullato annullata rimosso
    uitgeschreven afgemeld opgezegd inactief geannuleerd verwijderd nietactief
    wypisany wypisana nieaktywny avregistrerad afmeldt avmeldt frameldt odhlasen отписан отписался неактивен`),
  undeliverable:
    words(`undeliverable cleaned bounced bounce bounces hardbounced hardbounce softbounced softbounce invalid
    unreachable undelivered nonexistent doesnotexist mailboxfull rejected failed dropped dead bouncing bybounces held
    deliveryfailed userunknown temporarilyunavailable deferred disposable invalidemail invalidaddress badaddress bademail notdeliverable
    nichterreichbar unerreichbar unzustellbar nichtzustellbar zuruckgewiesen zurueckgewiesen ungultig ungueltig
    injoignable nondistribuable nonjoignable invalide rejete
    rebotado rebotada rebote rebotados inalcanzable invalido invalida rechazado noentregable
    devolvido devolvida rejeitado inalcancavel naoentregue
    rimbalzato rimbalzata irraggiungibile nonvalido nonvalida respinto nonrecapitabile
    gebounced onbestelbaar ongeldig onbereikbaar geweigerd`),
  // A system that blocks somebody does not say whether they bounced, complained or asked for it: the strictest of these.
  complained:
    words(`complained complaint complaints spam abuse spamcomplaint spamcomplained spamreport spamreported
    markedasspam reportedasspam reportedspam reported spammer spammy junk blocklisted blacklisted blocked suppressed banned
    denylisted erased malicious fbl feedbackloop quarantined
    beschwerde beschwert gesperrt blockiert alsspammarkiert spambeschwerde
    plainte bloque bloquee surlistenoire listenoire indesirable marquecommespam signalecommespam
    queja quejado bloqueado bloqueada marcadocomospam listanegra denunciado
    reclamacao reclamou marcadocomospam denunciou
    reclamo segnalato segnalatocomespam bloccato bloccata contrassegnatocomespam
    klacht geblokkeerd zwartelijst alsspamgemarkeerd`),
};

/** Parts of words that say the same wherever they stand: never that somebody is still there. */
const PARTS: readonly (readonly [ListStatus, RegExp])[] = [
  [
    'complained',
    /complain|spam|abuse|junk|blacklist|blocklist|denylist|suppress|beschwerde|plainte|queja|klacht/,
  ],
  ['undeliverable', /bounc|undeliver|unreach|nonexist|zustellbar|rebond|rebot|rimbalz|onbestelbaar/],
  [
    'unsubscribed',
    /unsub|optedout|optout|cancelled|canceled|abgemeldet|abbestell|desabon|desinscri|desuscri|descadastr|disiscri|uitgeschr|afgemeld|donot(contact|e?mail)|removed|deleted/,
  ],
];
const DENIED = /^(not?|non|never|kein|nicht|sans|sin|sem|senza|geen|niet)(?=\p{L})/u;
const LONGEST = 60;

/**
 * Returns the status that a word gives; undefined when it is unknown: guessing could mail somebody
 * who left.
 */
export function statusOfWord(text: string): ListStatus | undefined {
  const word = plain(text);
  if (word === '' || word.length > LONGEST) return undefined;
  const known = (Object.keys(WORDS) as ListStatus[]).find((status) => WORDS[status].has(word));
  if (known || DENIED.test(word)) return known;
  return PARTS.find(([, part]) => part.test(word))?.[0];
}

/**
 * True for a word that is one of the vocabulary's, and says that somebody is no longer, or not yet,
 * a subscriber.
 */
export function isWordOfLeaving(text: string): boolean {
  const word = plain(text);
  return DEPARTED.some((status) => WORDS[status].has(word) && !EVERYDAY.has(word));
}

const DEPARTED = ['unconfirmed', 'unsubscribed', 'undeliverable', 'complained'] as const;
/** Words that stand in notes, professions and tags without anything to do with mail. */
const EVERYDAY =
  words(`left stop former held reported pending waiting failed dead removed deleted archived excluded quit
  baja active stopped unbekannt transactional cancel`);
