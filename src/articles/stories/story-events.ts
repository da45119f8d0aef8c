import { LANGUAGES, type StoryLanguage } from './story-words.ts';

/**
 * Events that happen to people and places, and the words papers have for them. Each line: the arc
 * an event belongs to, how far along that arc it is (0 for events that happen to the same person
 * any day, and so prove little), then its words in English | German | French | Spanish |
 * Portuguese, in small letters without accents. `*` stands for any letters, `_` joins a phrase, and
 * `+` inside one allows up to three words between.
 */
const TABLE = `
romance 1  dating romance loved_up holding_hands new_girlfriend new_boyfriend new_love kissing kissed girlfriend_is boyfriend_is going_out | verliebt neue_liebe neue_freundin neuer_freund turtel* | en_couple idylle amoureu* | romance nueva_pareja nueva_novia nuevo_novio enamorad* | namoro namora nova_namorada novo_namorado apaixonad*
wedding 1  engaged engagement betroth* propose* proposal propos* pop_+_question pops_+_question popped_+_question says_yes said_yes a_yes to_wed to_marry to_be_married getting_married will_marry puts_a_ring ring_on | verlob* heiratsantrag heiratsantrage antrag sagt_ja ring_am_finger | fiancailles se_fianc* demande_en_mariage va_epouser | comprometid* compromiso pedida_de_mano se_casara | noiv* pedido_de_casamento vai_casar
wedding 2  wed weds wedding* married marries newlywed* nuptial* bride tie_+_knot ties_+_knot tied_+_knot a_mrs i_do wed_+_under | heirat* hochzeit* getraut geheiratet trauung braut | mariage* marie mariee maries se_marie* s_est_marie* epouse* noces | boda* se_casa* se_caso casaron marido_y_mujer | casamento casou casaram casam_se
parting 1  split splits splitting separate separates separated separation break_up breaks_up broke_up breakup call_it_quits calls_it_quits dumped dumps separate_ways it_s_over its_over over_for ends_it | trenn* getrennt liebes_aus | rupture se_separ* separation rompent | rompe* ruptura se_separa* separacion | separa* separacao terminam fim_do_casamento fim_do_namoro
parting 2  divorc* | scheidung geschieden scheiden | divorc* | divorci* | divorci*
birth 1    pregnan* expecting baby_bump bump baby_on_the_way due_date baby_number second_child third_child pregnant_again | schwanger* babybauch erwartet_+_kind erwartet_nachwuchs | enceinte attend_+_enfant attend_un_bebe grossesse | embaraz* espera_+_bebe esperan_+_bebe esperan_+_hijo | gravid* espera_+_filho
birth 2    welcomes_+_twin welcome_+_twin welcomes_twins gives_birth gave_birth birth born newborn twins triplets welcome_+_twins welcomes_+_child welcomed_+_child baby_boy baby_girl baby_joy bundle_of_joy it_s_a_girl it_s_a_boy its_a_girl its_a_boy welcome_+_baby welcomes_+_baby welcomes_+_daughter welcomes_+_son welcomes_+_prince has_an_heir | geburt geboren mama_geworden vater_geworden zur_welt baby_gluck | naissance accouch* donne_naissance est_nee | nacimiento nacio dio_a_luz da_a_luz dado_a_luz ha_sido_madre | nascimento nasceu deu_a_luz da_a_luz
health 1   hospital* admitted_to ill illness sick sickness intensive_care coma diagnos* infection surgery operation collapse* stroke cancer tumour heart_attack fighting_for_life critical_condition broken_leg broken_arm breaks_+_leg breaks_+_arm broke_+_leg breaks_+_wrist breaks_+_collarbone breaks_+_hip fracture* concussion rushed_to taken_ill sting stung horse_fall polo_fall ski_fall bad_fall heart_scare injur* crash crashes crashed accident* airlift* smash tumble* her_+_fall his_+_fall after_fall | krankenhaus* klinik erkrank* operiert operation verletzt* unfall verungluck* intensivstation zusammenbruch | hopital hospitalis* malaise malade maladie accident* blesse* cancer | hospitaliz* ingresad* enferm* accidente* cancer operad* | hospitaliz* internad* doente doenca acidente cancro cancer
health 2   discharged leave_hospital leaves_hospital left_hospital out_of_hospital leaves_clinic walks_out_of_hospital home_from_hospital recovering recovers on_the_mend | aus_dem_krankenhaus aus_der_klinik entlassen_+_klinik erholt_sich | sort_de_+_hopital sorti_de_+_hopital sortie_de_+_hopital quitte_+_hopital convalescence | sale_del_hospital alta_medica recibe_el_alta | recebe_alta teve_alta tem_alta
health 3   dies died dead death passed_away passes_away farewell tribute tributes mourn* obituary | abschied_von gestorben verstorben tot stirbt starb tod trauer trauern trauert | adieu mort morte decede* deces est_mort disparition hommage* s_eteint | adios_a muere murio fallec* muerte luto | adeus_a morre morreu morte faleceu falece despedem_se_de despede_se_de luto
health 4   funeral* buried burial laid_to_rest memorial_service cremat* | beerdig* beigesetzt beisetzung begrabnis | obseques enterre* enterrement | entierro funeral funerales velatorio | enterro funeral sepultad* velorio
law 1      drink_driv* drunk_driv* drug_driv* over_the_limit accused accusation* alleged allegation* investigated investigation questioned suspect* raid raided | ermittl* verdacht* verdachtig* razzia | enquete soupconne* accuse* perquisition* | acusa* investiga* sospech* | acusa* investiga* suspeit*
law 2      arrest arrests arrested in_cuffs handcuff* detained held_by_police in_custody | festgenommen festnahme verhaft* | interpelle* garde_a_vue arrete* arrestation | detenid* detiene detienen detencion arrestad* | detid* detencao preso presa
law 3      charged charge charges indicted indictment faces_charges | angeklagt anklage | mis_en_examen mise_en_examen inculpe* | imputad* procesad* | indiciad* arguid*
law 4      trial on_trial testif* takes_the_stand | prozess vor_gericht | proces juge jugee | juicio juzgad* | julgamento julgad*
law 5      clears_+_of acquitted convicted conviction found_guilty pleads_guilty pleaded_guilty acquitted not_guilty cleared_of | verurteilt schuldig freigesprochen freispruch | condamne* acquitte* coupable | culpable condenad* absuelt* | culpad* condenad* absolvid*
law 6      jail jailed sentence sentenced prison behind_bars locked_up sends_her_down sends_him_down years_for | haftstrafe gefangnis hinter_gittern | prison_ferme prison | carcel sentenciad* prision | cadeia sentenciad* prisao
suit 1     sue sues sued suing lawsuit* takes_+_to_court court_shock legal_action libel damages | verklagt klage klagt_gegen | porte_plainte plainte poursuit_en_justice | demanda demandad* querella | processa processad* queixa
suit 2     settles settlement out_of_court | vergleich | accord_a_l_amiable | acuerdo_extrajudicial | acordo_extrajudicial
search 1   missing fears_+_for search_for lost_on disappear* vanish* | vermisst* verschwunden suche_nach | disparu disparue disparus recherche* | desaparec* | desaparec*
search 2   found_alive found_safe found_dead found_well rescued | gefunden gerettet | retrouve* secouru* | encontrad* rescatad* | encontrad* resgatad*
trapped 1  trapped free_+_from rescuers | eingeschlossen verschuttet | piege* coince* | atrapad* | pres*_em soterrad*
theft 1    looted loot theft thief thieves stolen steal steals robbed robbers robbery burglar burglars burglary snatched heist | gestohlen diebstahl einbruch raub diebe | vol vole* cambriol* braquage | robo robad* ladrones | roubo roubad* furto assalto
violence 1 murder* stabb* shooting shot_dead gunman attack attacked bomb bombing explosion | mord ermordet erstochen schusse angriff anschlag explosion | meurtre poignarde* fusillade attentat assassine* explosion | asesin* apunalad* tiroteo ataque explosion | assassin* esfaquead* tiroteio ataque explosao
brawl 1    brawl punch_up fight fighting | schlagerei | bagarre | pelea | briga luta
fire 1     fire blaze inferno firefighter* wildfire* burns_down | brand feuer grossbrand flammen | incendie* feu flammes | incendio* fuego llamas | incendio* fogo chamas
storm 1    landslide* avalanche* mudslide* drought heatwave storm hurricane flood floods flooding without_power lose_power power_cut winds_of batters battered roof_off earthquake quake | sturm unwetter hochwasser orkan erdbeben uberschwemm* | tempete inondation* seisme ouragan | tormenta inundacion* terremoto huracan | tempestade enchente* cheias sismo
rail 1     derail* train_crash | entgleist entgleisung zugungluck | deraille* deraillement | descarril* | descarril*
strike 1   strike strikes walkout industrial_action | streik* | greve grevistes | huelga | greve
vote 1     vote votes voted referendum | abgestimmt stimmte stimmt beschliesst beschlossen | adopte* vote* | vota votan aprueba* aprobado | vota aprova aprovad*
election 1 election elections elected poll polls | wahl wahlen gewahlt wahlsieg | elu elue elections | elecciones elegid* | eleicoes eleicao eleito eleita
office 1   quit quits fired leaves_the leaves_show leaves_band to_leave exits departs resign resigns resigned resignation quits_as quits_the quits_after steps_down step_down stepping_down abdicat* sacked storms_off leaves_after | verlasst rucktritt tritt_zuruck zuruckgetreten abdank* | demission* abdique* | renuncia dimite dimision abdica* | demite_se demissao renuncia abdica*
office 2   appointed named_as new_boss takes_over sworn_in | ernannt vereidigt | nomme nommee | nombrad* | nomead*
deal 1     merge merger mergers takeover acquires agrees_to_buy to_buy_rival buys_rival | ubernahme fusion fusionier* | fusion rachat rachete | fusion adquiere | fusao adquire
jobs 1     layoffs lay_off lays_off job_cuts cut_+_jobs cuts_+_jobs redundan* | entlassungen stellenabbau streicht_+_stellen | licenciement* supprime_+_emplois | despidos despide_a | despedimentos demissoes
bankrupt 1 bankrupt bankruptcy insolven* | insolven* pleite | faillite | quiebra bancarrota | falencia insolvencia
product 1  launch launches launched recall recalls unveil unveils unveiled | vorgestellt stellt_+_vor | devoile presente_son | presenta_su | apresenta_o apresenta_a
transfer 1 sign_+_for_a signs_for sign_for splash_+_on transfer | wechselt_zu transfer | transfert | fichaje ficha_por traspaso | transferencia
match 1    win_over win_against reach_+_final reach_final in_+_final beats defeat defeats thrash thrashed draw_with | besiegt schlagt | bat_le bat_l | derrota vence_a golea | derrota goleia
award 1    award awards prize wins win winner winners champion crowned scoop scoops sweep sweeps trophy oscar oscars named_+_of_the_year glitter_cup | preis ausgezeichnet gewinnt siegt sieger* auszeichnung | prix remporte* decerne laureat* gagne recompens* | premio premios gana ganador* galardon* | premio premios ganha vence vencedor*
screen 1   cast cast_as joins_cast to_star will_star to_play to_direct will_direct will_play be_played lands_+_role role sequel reboot new_film new_series | rolle hauptrolle spielt_+_in neuer_film besetz* | jouera role tournage nouveau_film | protagoniz* papel rodaje nueva_pelicula | papel novela novo_filme sera_a_vila
music 1    album albums single new_song | album neue_platte | album | disco album | disco album
tour 1     tour tours gig gigs shows_+_tour all_+_shows concert concerts | tournee konzert* auftritt* | tournee concert concerts | gira concierto conciertos | digressao turne concerto concertos
absence 1  silences cancel cancels cancelled calls_off called_off axes axed scrapped postpone* misses pulls_out withdraws | abgesagt sagt_+_ab fallt_aus verschoben | annule* reporte* | cancela* suspende* aplaza* | cancela* adia*
comeback 1 comeback returns_to returned_to return_to returns_after is_back s_back back_on_stage | ruckkehr zuruck_auf comeback | retour revient de_retour | vuelve regresa regreso | volta_aos regressa regresso
retirement 1 retire retires retired retirement hangs_up calls_time quits_+_boots | karriereende ruhestand beendet_+_karriere hort_+_auf | retraite met_fin_a raccroche | retira se_retira cuelga jubila* | reforma_se aposenta* despede_se_dos_relvados
apology 1  apologise* apologize* apology sorry_for | entschuldig* | excuse* presente_ses_excuses | disculpa* pide_perdon | desculpa* pede_desculpa
failure 1  flop flops sinks loses_+_star loses_+_title stripped_of relegated | absteig* verliert_+_titel | relegue* perd_son_titre | desciende pierde_+_titulo | desce_de perde_+_titulo
reunion 1  reunite reunites reunited reunion back_together reform reforms re_forms | wiedervereinig* wieder_zusammen | se_reforme* retrouvailles reunis | reencuentro vuelven_a_unirse juntos_de_nuevo | reencontro reunem_se juntos_de_novo
record 1   world_record world_records sets_+_record set_+_record breaks_+_record broke_+_record smashes_+_record | weltrekord* rekord | record_du_monde record_d | record_mundial record_del_mundo bate_+_record | recorde_mundial recorde_do_mundo bate_+_recorde
nomination 1 nominated nomination* nominee* shortlist* longlist* | nominiert nominierung* | nomine* nomination* | nominad* nominacion* | nomead* nomeacoes indicad*
adoption 1 adopt adopts adopted adoption | adoptiert adoption | adopte adoption | adopta adopcion | adota adocao
protest 1  protest* demonstrat* rally march_against marchers | protest* demo demonstration* kundgebung | manifestation* manifestant* manif | protesta* manifestacion* | protesto* manifestacao manifestacoes
hack 1     hack hacked hackers cyberattack data_breach ransomware | gehackt hacker* cyberangriff datenleck | pirate* cyberattaque | hackead* ciberataque | hackead* ciberataque ataque_informatico
trailer 1  trailer teaser | trailer | bande_annonce | trailer avance_de | trailer
book 1     memoir memoirs autobiography novel | memoiren autobiografie roman | memoires autobiographie roman | memorias autobiografia novela | memorias autobiografia romance
house 1    for_sale on_the_market goes_on_sale mansion villa castle party_pad pile snaps_up buys_+_house buys_+_home lists_+_for sells_+_home sells_+_house new_home flogs | haus villa kauft verkauft schloss | maison villa chateau demeure | casa mansion chale | casa mansao moradia
feud 1     feud feuds row bust_up argument hits_back slams spat rift war_of_words at_odds | streit zoff krach | brouille dispute querelle clash | enfrent* pelea_con polemica | briga_com zanga polemica
rehab 1    rehab rehabilitation | entzug entzugsklinik | cure_de_desintox* desintox* | rehabilit* desintox* | reabilit*
fine 1     fined fine_for slapped_with | geldstrafe bussgeld | amende | multa multad* | multa multad*
close 1    halted closed grounded stranded suspended close closes closure closing shut shuts to_close | schliesst geschlossen schliessung | ferme fermeture | cierra cierre | fecha encerra encerramento
opening 1  opens to_open opened opening reopen* inaugurat* cut_the_ribbon | eroffn* | ouvre ouverture inaugur* | inaugur* apertura | inaugur* abertura
auction 1  auction auctioned sells_for fetches highest_bidder bidder | versteiger* auktion | encheres | subasta* | leilao leiload*
stage 1    hamlet rehears* on_stage | auf_der_buhne premiere_feiert | sur_scene | en_escena | em_palco
fashion 0  dress dresses gown gowns wears wore wearing outfit* stuns looks best_dressed red_carpet tiara* tuxedo style swimsuit bikini dares_to_bare | kleid kleider robe tragt roter_teppich | robe tenue tapis_rouge porte | vestido* look alfombra_roja | vestido* look tapete_vermelho veste
talk 0     opens_up interview breaks_silence speaks_out podcast | interview im_gesprach | interview se_confie confidences | entrevista confiesa | entrevista confessa
travel 0   holiday holidays vacation yacht visit visits visited beach | urlaub besuch besucht | vacances visite | vacaciones visita | ferias visita
`;

/** One kind of event. */
export interface EventKind {
  /** `wedding`, `health`: what may go through several stages. */
  readonly arc: string;
  /** Stage of its arc, from 1; 0 for kinds that happen to the same person any day. */
  readonly stage: number;
}

/**
 * A word or phrase of the table: what comes after its first word, `+` for up to three words of any
 * kind.
 */
interface Phrase {
  readonly kind: EventKind;
  readonly rest: readonly string[];
}

/** Phrases by their first word; those whose first word is only a beginning (`engag*`) apart. */
interface Vocabulary {
  readonly words: Map<string, Phrase[]>;
  readonly beginnings: Map<string, Phrase[]>;
}

const ANY_WORDS = 3;
const VOCABULARIES = new Map(LANGUAGES.map((language, at) => [language, vocabulary(at)]));

function vocabulary(column: number): Vocabulary {
  const made: Vocabulary = { words: new Map(), beginnings: new Map() };
  for (const line of TABLE.trim().split('\n')) {
    const [, arc = '', stage = '', columns = ''] = /^(\w+) +(\d) +(.*)$/.exec(line) ?? [];
    const kind = { arc, stage: Number(stage) };
    for (const phrase of columns.split('|')[column]?.trim().split(' ') ?? []) {
      const [first = '', ...rest] = phrase.split('_');
      const index = first.endsWith('*') ? made.beginnings : made.words;
      const key = first.replace('*', '');
      index.set(key, [...(index.get(key) ?? []), { kind, rest }]);
    }
  }
  return made;
}

/** An event that a text tells, and the words that tell it. */
export interface ToldEvent {
  readonly kind: EventKind;
  readonly words: readonly string[];
}

/** @param words folded, in order. */
export function eventsIn(words: readonly string[], language: StoryLanguage): ToldEvent[] {
  const { words: whole, beginnings } = VOCABULARIES.get(language) ?? vocabulary(0);
  const found: ToldEvent[] = [];
  words.forEach((word, at) => {
    const phrases = [...(whole.get(word) ?? [])];
    for (let length = 2; length <= word.length; length += 1)
      phrases.push(...(beginnings.get(word.slice(0, length)) ?? []));
    for (const { kind, rest } of phrases) {
      const further = restOf(rest, words, at + 1);
      if (further) found.push({ kind, words: [word, ...further] });
    }
  });
  return found;
}

/**
 * The words by which a phrase goes on at `at`, those between left out; undefined where the text
 * goes on otherwise.
 */
function restOf(rest: readonly string[], words: readonly string[], at: number): string[] | undefined {
  const [next, ...further] = rest;
  if (next === undefined) return [];
  const word = words[at];
  if (next !== '+') {
    const after = word !== undefined && matches(next, word) ? restOf(further, words, at + 1) : undefined;
    return after && word !== undefined ? [word, ...after] : undefined;
  }
  for (let skipped = 0; skipped <= ANY_WORDS; skipped += 1) {
    const after = restOf(further, words, at + skipped);
    if (after) return after;
  }
  return undefined;
}

function matches(pattern: string, word: string): boolean {
  return pattern.endsWith('*') ? word.startsWith(pattern.slice(0, -1)) : word === pattern;
}

/** Columns that come again and again under the same words, and tell no event. */
const COLUMN =
  /^(?:(?:news )?in brief|(?:your |daily )?horoscopes?|letters?|weather|(?:quiz|picture|photos?|quote|word) of the day|quiz|crossword|cartoon|what s on|(?:morning |evening )?briefing|podcast|tv tonight|horoskop|leserbriefe|wetter|kreuzwortratsel|kurz notiert|meteo|courrier des lecteurs|mots croises|en bref|horoscopo|el tiempo|cartas al director|crucigrama|previsao do tempo|cartas)(?= |$)/;

/** True for a headline, in folded words, that names a column and no event. */
export function isColumn(headline: string): boolean {
  return COLUMN.test(headline);
}
