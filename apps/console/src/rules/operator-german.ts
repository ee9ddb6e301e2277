/** What the documentation of the operators says, in German. By the name of its section. */
export const OPERATOR_GERMAN: Readonly<Record<string, string>> = {
  reading:
    'reading.<Größe> ist derselbe Wert wie der bloße Name der Größe, darf aber fehlen: Eine Bedingung, die ihn nur so nennt, wird auch ohne ihn gefragt und muss zuerst has(reading.<Größe>) fragen.',
  previous:
    'previous.<Größe> ist der neueste Wert vor der Messung, die beurteilt wird, wie alt er auch ist; wie alt, sagt hoursSince. Er kann aus einer anderen Messung kommen als die übrigen Werte und bringt so zusammen, was ein Gerät nacheinander meldet. Solange es keinen gibt, antwortet die Bedingung nicht, außer sie fragt has(previous.<Größe>).',
  asset:
    'asset.<Eigenschaft> ist eine Eigenschaft des Objekts, wie die Stadt sie erfasst hat. Objekte ohne sie antworten nicht, außer die Bedingung fragt has(asset.<Eigenschaft>).',
  sunAltitude:
    'Grad der Sonne über dem Horizont, am Ort des Objekts und zur Zeit der Messung; darunter negativ. Bei −6 endet die bürgerliche Dämmerung. Braucht keine Zeitzone und kennt keine Zeitumstellung.',
  localHour:
    'Was die Uhren der Stadt zeigten, als gemessen wurde: 0 bis 24, mit dem Bruchteil der Stunde. Werden die Uhren zurückgestellt, gibt es eine Stunde zweimal; werden sie vorgestellt, gibt es eine nie.',
  weekday: '1 für Montag bis 7 für Sonntag, nach dem Datum der Stadt.',
  holiday:
    'Ob das Datum der Stadt ein gesetzlicher Feiertag des Landes ist. Was nur manche Gemeinden feiern, zählt nicht, und ein Sonntag allein ist keiner.',
  'hoursUntilFull, hoursUntilFullAtLeast':
    'In wie vielen Stunden nach der Messung der Füllstand 0,85 erreicht, wenn vorher niemand leert: ebenso wahrscheinlich früher wie später, und mit AtLeast so, dass es in neun von zehn Fällen länger dauert. Die Vorhersage weiß, wie viel je Wochentag und Stunde hineinkommt und wie sicher das ist. Wo es keine gibt, antwortet die Bedingung nicht: in den ersten Tagen, gleich nach einem Füllstand, der den vorigen widerspricht, wenn ein Sensor hängt, wenn nichts hineinkommt und wenn es mehr als 60 Tage hin ist. Bei vollem Behälter ist sie 0.',
  'daysUntilBatteryLow, daysUntilBatteryLowAtLeast':
    'In wie vielen Tagen nach der Messung die Batterie schwach ist (Ladestand 0,15, oder 3,2 V einer Lithiumzelle mit 3,6 V): ebenso wahrscheinlich früher wie später, und so, dass es in neun von zehn Fällen länger dauert. Ein Ladestand muss einen Monat lang gesunken sein; eine Spannung verrät erst in den letzten Wochen etwas, wenn sie fällt. Bis dahin gibt es keine Vorhersage, und die Bedingung antwortet nicht; nach einem Batteriewechsel ist sie unendlich.',
  '&&': 'Und: Beides muss gelten. Bindet stärker als ||; Klammern dürfen beliebig tief stehen.',
  '||': 'Oder: Eines muss gelten. Was das äußerste || verbindet, sind Möglichkeiten für sich: Jede wird gefragt, sobald eine Messung hat, was sie braucht, und behält bis dahin ihre letzte Antwort. So darf ein Sensor den Füllstand senden und ein anderer nur ein Zeichen. Ein || in Klammern gehört zu seiner Möglichkeit und braucht alles, was es nennt; wo das fehlen kann, fragen Sie has(reading.<Größe>).',
  '!': 'Nicht.',
  '?:': 'Bedingung ? a : b ist a, wo die Bedingung gilt, sonst b.',
  '==, !=':
    'Gleich und ungleich. Gemessene Zahlen sind selten bis zur letzten Stelle gleich: Vergleichen Sie sie mit >= und <.',
  '<, <=, >, >=': 'Kleiner, höchstens, größer, mindestens.',
  in: 'Ob ein Wert in einer Liste steht oder ein Schlüssel einer Zuordnung ist.',
  '+, -': 'Summe und Differenz; + verbindet auch Texte und Listen.',
  '*, /':
    'Produkt und Quotient. Der Quotient zweier ganzer Zahlen von CEL (7 / 2) ist ganz; Messwerte sind nie ganze Zahlen von CEL. Auf eine Teilung durch null gibt es keine Antwort.',
  '%': 'Rest zweier ganzer Zahlen; int macht ganze Zahlen.',
  '[]': "[a, b] ist eine Liste; Liste[0] ihr erstes Element, Zuordnung['Schlüssel'] der Wert eines Schlüssels. Was es nicht gibt, gibt keine Antwort.",
  '{}': "{'Schlüssel': Wert} ist eine Zuordnung, etwa von Grenzen je Art.",
  mean: "mean(<Größe>, 'PT6H'): Mittel der Werte, jede Messung gleich.",
  min: "min(<Größe>, 'PT6H'): kleinster Wert. min(x, …) > Grenze heißt, dass er die ganze Zeit darüber lag.",
  max: "max(<Größe>, 'PT6H'): größter Wert.",
  slope:
    "slope(<Größe>, 'PT6H'): wie schnell er sich ändert, in seiner Einheit je Stunde, als Ausgleichsgerade durch die Messungen der Zeit. Negativ, wo er fällt.",
  rise: "rise(<Größe>, 'PT30M'): um wie viel diese Messung über dem kleinsten Wert der Zeit liegt. Die Zeit muss nicht voll sein: Was in weniger schon so weit stieg, tat es auch in ihr.",
  fall: "fall(<Größe>, 'PT2H'): um wie viel diese Messung unter dem größten Wert der Zeit liegt; auch sie muss nicht voll sein.",
  count:
    "count(<Bedingung>, 'P1D'): für wie viele Messungen der Zeit die Bedingung galt. count(<Größe>, 'P1D') bei einer Größe, die eine Zahl ist: wie viele Messungen sie hatten. Die Zeit muss nicht voll sein; ehe die Bedingung je beantwortet wurde, gibt es keine Antwort.",
  changes:
    "changes(<Bedingung>, 'PT1H'): wie oft die Antwort auf die Bedingung in der Zeit eine andere wurde, also was flackert. Die Zeit muss nicht voll sein.",
  share:
    "share(<Bedingung>, 'P1D'): in welchem Teil der Zeit, 0 bis 1, die Bedingung galt. Eine Messung zählt bis zur nächsten, die die Bedingung beantwortet.",
  held: "held(<Bedingung>, 'PT2H'): ob die Bedingung seit mindestens so langer Zeit gilt. Das beginnt mit der ersten Messung, die es zeigt, und endet mit einer, die das Gegenteil zeigt; eine, die nicht antwortet, ändert nichts. Der Schlüssel for tut dasselbe für eine ganze Regel und löst auch nach der Uhr aus; held ist für einen Teil.",
  hoursSince: 'hoursSince(previous.<Größe>): vor wie vielen Stunden der vorige Wert gemessen wurde.',
  has: 'Ob es reading.<Größe>, previous.<Größe> oder asset.<Eigenschaft> gibt. Wonach eine Bedingung mit has fragt, darf fehlen.',
  size: 'Wie lang ein Text oder eine Liste ist.',
  contains: 'Ob ein Text einen anderen enthält. Reguläre Ausdrücke (matches) werden abgelehnt: Manche dauern ewig.',
  startsWith: 'Ob ein Text mit einem anderen beginnt.',
  endsWith: 'Ob ein Text mit einem anderen endet.',
  lowerAscii: 'Ein Text, dessen Buchstaben A bis Z klein geschrieben sind.',
  all: 'Ob eine Bedingung für alle Elemente einer Liste gilt. Nach einer Liste in einer Liste kann nicht gefragt werden, weil das zu lange dauert.',
  exists: 'Ob eine Bedingung für ein Element einer Liste gilt.',
  exists_one: 'Ob eine Bedingung für genau ein Element einer Liste gilt.',
  filter: 'Die Elemente einer Liste, für die eine Bedingung gilt.',
  map: 'Eine Liste, in der aus jedem Element etwas anderes gemacht ist.',
  double: 'Macht aus einer ganzen Zahl oder einem Text eine Kommazahl.',
  int: 'Macht eine ganze Zahl, ohne den Bruchteil.',
  string: 'Macht einen Text.',
};
