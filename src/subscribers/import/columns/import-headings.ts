import type { AnyField } from './import-fields.ts';
import { plain, words } from './import-words.ts';

/** Headings as `plain` leaves them. Each stands for one field in every language that has it. */
const HEADINGS: ReadonlyMap<string, AnyField> = named({
  email: `email mail emailaddress mailaddress emailadresse mailadresse adresseemail adressemail adresseelectronique courriel
    adressecourriel correo correoelectronico direcciondecorreo direcciondecorreoelectronico direccionemail enderecodeemail
    enderecoemail enderecoeletronico correioeletronico subscriberemail emailid primaryemail email1 contactemail useremail
    customeremail memberemail indirizzoemail indirizzodiposta indirizzodipostaelettronica indirizzomail postaelettronica
    emailadres mailadres epost epostadress epostadresse sahkoposti adresemail adresyemail subscriberemailaddress`,
  name: `name fullname displayname nom nomcomplet nombre nombrecompleto nome nomecompleto vollername vollstandigername naam
    volledigenaam nomecognome nomeecognome namn navn imie subscribername contactname`,
  first_name: `firstname fname givenname forename vorname prenom primernombre nombredepila primeironome nomeproprio voornaam
    nomedibattesimo fornamn fornavn`,
  last_name: `lastname lname surname familyname nachname familienname nomdefamille apellido apellidos sobrenome apelido
    apelidos cognome achternaam efternamn etternavn nazwisko`,
  sections: 'sections section topics topic rubriken ressorts themen rubriques secciones secoes',
  frequency: 'frequency haufigkeit frequence frecuencia frequencia',
  opted_in_at: `subscribedat subscribeddate subscribedon datesubscribed subscriptiondate subscribedate dateofsubscription
    signupdate signedupat subscribetime subscribedtime anmeldedatum angemeldetam datedinscription fechadesuscripcion
    datadiiscrizione inschrijfdatum`,
  confirmed_at:
    'confirmedat confirmeddate confirmationdate confirmtime confirmationtime dateconfirmed bestatigtam',
  status: `status subscriptionstatus statut emailstatus mailstatus subscriberstatus liststatus contactstatus
    emailmarketingstatus marketingstatus emailsubscriberstatus emailsubscriptionstatus globalstatus newsletterstatus
    deliverystatus emailpermissionstatus abonnementstatus abonnementsstatus`,
  subscribed: `subscribed issubscribed subscribedtoemails subscribedtonewsletter acceptsmarketing acceptsemailmarketing
    emailsubscribed newslettersubscribed`,
  unsubscribed: `unsubtime unsubscribed unsubscribedat unsubscribeddate unsubscribedon dateunsubscribed unsubscribedate
    unsubscribetime unsubscriptiondate unsubscriptiontime unsubscribedtime isunsubscribed optout optedout optoutat
    optouttime optoutdate optedoutat optedoutdate optedouton hasoptedout hasoptedoutofemail optedoutofemail emailoptout
    unsubscribedfromallemail unsubscribedfromallemails unsubscribedfromemails unsubscribedfromemail confirmedoptoutdate
    emaildisabled emailblacklisted blacklisted blocklisted emailblocklisted donotemail donotmail donotcontact
    abgemeldet abgemeldetam abmeldedatum abmeldungam ausgetragen ausgetragenam desabonne desabonnele datededesabonnement
    desinscrit desinscritle datededesinscription fechadebaja dadodebaja disiscritto datadisiscrizione
    uitgeschreven uitgeschrevenop uitschrijfdatum afgemeld afgemeldop descadastrado datadedescadastro`,
  unsubscribe_reason: 'unsubscribereason unsubreason unsubscribedreason optoutreason confirmedoptoutreason',
  bounced: `cleantime cleanedat bouncedat bounced hardbounced hardbounce emailbounced isbounced bouncedate hardbouncedat
    hardbouncedate bouncedon`,
  bounce_reason: 'bouncereason emailhardbouncereason hardbouncereason',
  complained: `complained complainedat spamcomplaint complaint complaintdate spamcomplaintdate markedasspam reportedspam
    spamreport`,
});

/** Returns the meaning of a heading in any list; undefined when it is unknown. */
export function fieldOfHeading(heading: string): AnyField | undefined {
  return HEADINGS.get(heading);
}

/**
 * Parts of headings, as `plain` leaves them, of columns that may say who left or who never agreed.
 */
const SMELLS = new RegExp(
  [
    // English
    'unsub|subscri|subs?cript|optin|optout|opted|optedin|accept|consent|gdpr|ccpa|permission|permit|marketing|status|suppress',
    'bounc|complain|complaint|spam|abuse|blacklist|blocklist|blocked|denylist|donot|dontmail|dontcontact|^dnc|dnc$|^dnd$',
    'active|activat|confirm|disabled|enabled|^valid|validity|isvalid|emailvalid|invalid|deliverab|reachable|allow|agree',
    'cancel|churn|removed|deleted|archived|exclu|nomail|noemail|mailable|emailable|contactable|sendable|authori|legalbasis',
    'lawful|verified|verification|quit|leftat|leftlist|lefton|leavedate|leavingdate|dateleft|leftdate|^left$|^subs?$|ended|enddate|exitdate|departed|departure|^gone|gone$|resign|signedoff|signoff|banned|cleaned|lists?out|receives?|privacy|onhold|^hold$',
    'newsletter$|mailing$|getsmail|wantsmail|mailok|emailok|oktomail|oktoemail|stopped|^stop|objection|objected|withdrawn|revoked',
    // German
    'abgemeldet|abmeld|austrag|ausgetragen|abbestell|kundig|kuendig|einwillig|zustimm|erlaub|werb|widerruf|widerspr|sperr',
    'aktiv|bestatig|bestaetig|dsgvo|angemeldet|anmeld|zustellbar|beschwerde|empfang|kontaktverbot|nichtkontakt|rucklauf',
    'rueckl|gelosch|geloesch|einverstand|ablehn|abgelehnt|darf|keinemail|keinenewsletter|abonn|ausgeschieden',
    // French
    'desinscri|inscri|rgpd|autoris|actif|statut|bloqu|plainte|rebond|indesirable|resili|annul|refus|opposition|supprim',
    'listenoire|nepas|accord|envoi|recoit|recevoir|desactiv',
    // Spanish
    'suscri|baja$|debaja|^baja|acepta|aceptad|permiso|activ[oa]|rebot|queja|cancelad|eliminad|listanegra|nocontact|nodeseado|desactivad|recibe',
    // Portuguese
    'descadastr|inscrit|aceit|permiss|^ativ[oa]|ativ[oa]$|inativ|situacao|rejeit|devolvid|reclama|lgpd|removid|excluid|naocontact|recebe',
    // Italian
    'iscri|iscritt|cancellat|cancellaz|annullat|consens|accett|permess|attiv|blocc|rimbalz|reclam|segnalat|revoc|disdett|rimoss|eliminat|riceve',
    // Dutch
    'uitgeschr|uitschr|afgemeld|afmeld|aangemeld|ingeschr|inschrijf|toestemming|akkoord|actief|bevestig|geblok|klacht',
    'opgezegd|opzeg|nietmail|nietbenader|geannuleerd|verwijderd|ontvangt',
    // Others
    'samtyck|samtykke|avregistr|avprenum|prenumer|avmeld|frameld|tilmeld|pameld|wypis|zgoda|aktywn|potwierdz|rezygn|отпис|подпис|соглас|статус',
  ].join('|'),
  'u',
);
/**
 * Last words of headings whose cells name or measure something and say nothing of anybody's wish.
 */
const THINGS = words('id uuid guid url link ip token hash href lat lng latitude longitude');
/** A place as often as a status: their cells decide. */
const AMBIGUOUS = words('state estado etat stato staat zustand tila stan tilstand');

/**
 * Rates how much a heading suggests that its column says who left: by itself, or only if its cells
 * say so too.
 */
export function smellOfHeading(heading: string): 'strong' | 'ambiguous' | 'none' {
  const word = plain(heading);
  const last =
    heading
      .trim()
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean)
      .at(-1)
      ?.toLowerCase() ?? '';
  if (AMBIGUOUS.has(word)) return 'ambiguous';
  if (THINGS.has(last)) return 'none';
  return SMELLS.test(word) ? 'strong' : 'none';
}

function named(fields: Partial<Record<AnyField, string>>): ReadonlyMap<string, AnyField> {
  const entries = Object.entries(fields) as [AnyField, string][];
  return new Map(entries.flatMap(([field, list]) => [...words(list)].map((word) => [word, field] as const)));
}
