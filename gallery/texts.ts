/** A story in words; people, houses and dogs are invented. */
export interface Text {
  readonly section: 'royal' | 'celebrity' | 'lifestyle';
  readonly headline: string;
  readonly standfirst: string;
  readonly author?: string;
}

const royal = (headline: string, standfirst: string, author = ''): Text => ({
  section: 'royal',
  headline,
  standfirst,
  author,
});
const celebrity = (headline: string, standfirst: string, author = ''): Text => ({
  section: 'celebrity',
  headline,
  standfirst,
  author,
});
const lifestyle = (headline: string, standfirst: string, author = ''): Text => ({
  section: 'lifestyle',
  headline,
  standfirst,
  author,
});

/** Thirty stories, ten to a section. */
export const ENGLISH: readonly Text[] = [
  royal(
    'Queen Maud opens the winter market with a borrowed pair of gloves',
    'Hers were in the other coat, she explained, and the stallholder who lent his would not hear of having them back.',
    'Honor Pellew',
  ),
  royal(
    'Prince Leopold takes the early ferry to his first day at work',
    'Nobody in the queue knew him until the ticket inspector asked for his name, and then asked him to spell it.',
  ),
  royal(
    'A palace clock is an hour slow, and the household has grown fond of it',
    'The keeper of the clocks has been told three times to mend it, and three times has been told to leave it be.',
  ),
  royal('The Duchess of Arle plants her four hundredth oak', 'One for each year of the house, and a spare.'),
  royal(
    'Princess Ingrid names her puppy after the vet who saved its mother',
    'Doctor Pomfret, eleven weeks old, attended the announcement and slept through it.',
    'Rowan Thistlewood',
  ),
  royal(
    'Inside the linen room where the state banquet really begins',
    'Two hundred and twelve napkins, one fold, and a rule about whistling that nobody living can explain.',
  ),
  royal(
    'The little crown goes back to the silversmith for its first polish since 1911',
    'He found a hairpin, a pressed violet and a bus ticket in the velvet.',
  ),
  royal('King Osric cancels the parade for rain, then walks it alone', 'With an umbrella.'),
  royal(
    'What the lady-in-waiting carried: a list from forty years of royal tours',
    'Plasters, safety pins, a spare speech, peppermints, and on one occasion a live tortoise.',
  ),
  royal(
    'Two cousins, one godmother and the christening gown that had to be let out',
    'It has been worn by thirty-one babies. The thirty-second was the first to fill it.',
    'Honor Pellew',
  ),
  celebrity(
    'Marguerite Vane sings at her old school and forgets the second verse',
    'Four hundred children knew it. She says it was the best review of her life.',
    'Felix Darrow',
  ),
  celebrity(
    'Hector Lisle turns down a sequel to keep his Sundays',
    'He has a standing appointment with a crossword, a dog and a very slow roast.',
  ),
  celebrity(
    'The stunt rider who taught three leading men to fall off',
    'It is all in the shoulder, says Bettina Crowe, who has broken hers only the once.',
  ),
  celebrity(
    'Odile Farrant and Tomas Reyne marry on the set where they met',
    'The chapel was plywood and the rain was from a hose. Both stayed up for the evening.',
  ),
  celebrity('Kit Marlowe-Jones shaves it off', 'The beard had its own agent.'),
  celebrity(
    'An orchestra of ring tones opens the Larkhill festival',
    'The conductor asked the audience to switch their telephones on, and then pointed at row F.',
    'Julian Pask',
  ),
  celebrity(
    'Dame Philippa Orr on eighty years of stage fright',
    'It never left, she says. She simply learned to bring it a chair.',
  ),
  celebrity(
    'The baker behind the cake that stole the film awards',
    'Seven tiers, one marzipan swan, and a lift that stopped between floors for forty minutes.',
  ),
  celebrity(
    'Rival quiz masters settle it over a game of dominoes',
    'Neither would say who won, which tells you that it was a draw.',
  ),
  celebrity(
    'Lights back on at the Alhambra after the village bought it a projector',
    'First up: the film that was showing on the night it closed, from the reel where it stopped.',
  ),
  lifestyle(
    'A hallway for every weather, and where to put the boots',
    'A bench, a rail and a tray of pebbles: the three things that a house by the sea has and yours can, too.',
    'Clemency Rook',
  ),
  lifestyle(
    'Soup for eight when nine are coming',
    'Keep back a cup of the beans, and never apologise for bread.',
  ),
  lifestyle(
    'The quiet return of the writing desk',
    'Not for work. For letters, thank-you notes and looking out of the window.',
  ),
  lifestyle(
    'Six houseplants that forgive a fortnight away',
    'And one that does not, but makes up for it in June.',
  ),
  lifestyle('How to fold a fitted sheet', 'You do not. You roll it, and you shut the door.'),
  lifestyle(
    'Three coats of yellow: the kitchen that talked its owners out of moving',
    'They had the boxes. They had the van. Then the sun came round to the back of the house.',
  ),
  lifestyle(
    'Why everybody is knitting the same green jumper',
    'The pattern is from 1974, it is free, and it has exactly one difficult row.',
    'Nell Farrowby',
  ),
  lifestyle(
    'A weekend on the slow train, with sandwiches',
    'Nineteen stops, four rivers and the best station buffet in the country, if you get off at Marl.',
  ),
  lifestyle(
    'What to do with the good china',
    'Use it on a Tuesday, says the woman who broke a plate of hers and felt lighter.',
  ),
  lifestyle(
    'The night-time garden: eight flowers that wait for dusk',
    'Evening primrose opens while you watch. Bring a chair, and somebody who can keep quiet.',
    'Clemency Rook',
  ),
];

export const LONG_HEADLINE: Text = royal(
  'After eleven weeks of rehearsals, four lost buttons, one runaway Shetland pony and a thunderstorm that nobody had forecast, the Grand Duchess Wilhelmina of Hohenbrück-Tarrow at last reopens the water garden her great-grandmother closed in a temper in 1903',
  'The gates stuck, the band began without her, and the swans, who had been asked to stay on the lake, did not; but by four in the afternoon the fountains were running, the cake had been cut, and even the gardeners, who had bet against it, agreed that it had been worth a hundred and twenty-three years of waiting for somebody to find the key.',
  'Alexandrina Featherstonehaugh-Montgomery',
);

export const GERMAN: readonly Text[] = [
  royal(
    'Thronjubiläumsfeierlichkeiten im Schlossgartenpavillon: Großherzogin Adelgunde lädt zur Kaffeetafel',
    'Zweihundertfünfzig Ehrenamtliche aus der Nachbarschaftshilfe saßen am längsten Tisch, den die Hofschreinerei je gebaut hat.',
    'Roswitha Brandt-Ellerbeck',
  ),
  royal(
    'Kronprinz Ottokar besteht die Donaudampfschifffahrtskapitänsprüfung',
    'Im zweiten Anlauf, wie er selbst erzählte, und mit nassen Schuhen.',
  ),
  royal(
    'Die Hochzeitskleidanprobe dauerte vier Stunden',
    'Dann stellte sich heraus, dass es das Kleid der Schwester war.',
  ),
  celebrity(
    'Schauspielerin Hiltrud Weidenfeld übernimmt die Weltkulturerbebotschafterschaft',
    'Sie wolle vor allem zuhören, sagte die Dreiundsechzigjährige, und danach sehr viel reden.',
  ),
  celebrity(
    'Überraschungsgeburtstagsfeier für den Generalmusikdirektor',
    'Das Orchester spielte falsch, bis er es merkte.',
  ),
  celebrity(
    'Fernsehquizmoderator verliert Kreuzworträtselmeisterschaft',
    'Gefragt war ein anderes Wort für Bescheidenheit.',
  ),
  lifestyle(
    'Zwetschgenstreuselkuchen, wie ihn die Großmutter nie verraten hat',
    'Das Geheimnis ist eine Prise Salz und ein verschlossener Küchenschrank.',
  ),
  lifestyle(
    'Fünf Einrichtungsideen für die Dachgeschosswohnung',
    'Auch für Menschen über einen Meter neunzig geeignet.',
  ),
];

export const ARABIC: readonly Text[] = [
  royal(
    'الأميرة ليلى تفتتح حديقة الياسمين بعد عشرين عامًا من الإغلاق',
    'زرعت الشجرة الأولى بيديها، ثم دعت أطفال الحي إلى زراعة بقية الأشجار معها.',
    'سلمى الحداد',
  ),
  royal('ملك الجزر السبع يسافر بالقطار الليلي', 'جلس في الدرجة الثانية، وتقاسم الشاي مع جاره في المقعد.'),
  royal('تاج قديم يعود إلى بيته', 'وجده صائغ في صندوق اشتراه من سوق الجمعة بثمن زهيد.'),
  celebrity(
    'المغنية نورا السالم تعود إلى المسرح',
    'بعد صمت ثلاثة أيام بأمر الطبيب، غنّى الجمهور معها كل كلمة.',
  ),
  celebrity(
    'ممثل شهير يفتح مخبزًا في قريته',
    'يستيقظ في الرابعة صباحًا، ويقول إنه لم ينم أفضل من ذلك في حياته.',
  ),
  celebrity('فيلم «باب البحر» يفوز بجائزة 2026', 'صُوّر في 18 يومًا، وبكاميرا واحدة.'),
  lifestyle('ست وصفات لكيس من الليمون', 'واحدة منها للتنظيف، والباقي للمائدة.'),
  lifestyle('كيف تختار معطف الشتاء', 'انظر إلى البطانة قبل أن تنظر إلى اللون.'),
];

export const JAPANESE: readonly Text[] = [
  royal(
    '大公妃が百二十年ぶりに水の庭園を公開、鍵は図書室の本の間から見つかる',
    '門はきしみ、楽団は合図を待たずに演奏を始めたが、夕方には噴水がふたたび高く上がった。',
    '白河みのり',
  ),
  royal('皇太子、夜行列車で初めての公務へ', '隣の席の乗客とお茶を分け合い、朝まで話し込んだという。'),
  royal('小さな王冠、一世紀ぶりの手入れ', '天鵞絨の裏から押し花とバスの切符が出てきた。'),
  celebrity('歌姫が母校で二番の歌詞を忘れる', '四百人の子どもたちが続きを歌った。'),
  celebrity('名優、日曜日を守るために続編を断る', '犬と散歩と、とても長い昼食のために。'),
  celebrity('映画館「アルハンブラ」に明かりが戻る', '閉館の夜に止まった場面から上映が始まった。'),
  lifestyle('檸檬ひと袋の使い切り方', '塩漬け、焼き檸檬、そして台所の掃除まで。'),
  lifestyle('冬のコートの選び方', '色より先に裏地を見ること。'),
];
