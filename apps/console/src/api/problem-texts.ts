import type { Language } from '../i18n/language.ts';
import type { ApiError } from './problem.ts';

/**
 * What the API's refusals mean in German, by their code. `{a}`, `{b}`: what the API's own words, which are English, put in quotes;
 * `{n}`, `{m}`: the numbers in them.
 */
export const GERMAN: Readonly<Record<string, string>> = {
  'access.denied': 'Bitte anmelden.',
  'access.department': 'In „{a}“ dürfen Sie das nicht.',
  'access.forbidden': 'Dafür fehlt Ihnen das Recht.',
  'access.otherAccount': 'Hier hat sich inzwischen jemand anderes angemeldet.',
  'access.tooManyFailures': 'Zu viele Fehlversuche. Bitte {n} Sekunden warten.',
  'account.conflict': 'Jemand hat das Konto inzwischen geändert.',
  'account.exists': 'Ein Konto „{a}“ gibt es schon.',
  'account.lastAdministrator': 'Danach könnte niemand mehr alles verwalten.',
  'account.locked': 'Das Konto ist gesperrt. Entsperren Sie es zuerst.',
  'account.noRole': 'Ihre Gruppen beim Identitätsanbieter geben Ihnen hier keine Rolle.',
  'account.unknown': 'Dieses Konto gibt es nicht (mehr).',
  'alert.acknowledged': 'Den Alarm hat schon jemand quittiert.',
  'alert.cleared': 'Der Alarm ist inzwischen beendet.',
  'alert.closed': 'Der Alarm ist inzwischen beendet, oder es gibt ihn nicht.',
  'alert.notShelved': 'Der Alarm ist nicht zurückgestellt.',
  'alert.unknown': 'Diesen Alarm gibt es nicht (mehr).',
  'alert.withoutJob': 'Zu dem Alarm gehört kein Auftrag.',
  'asset.conflict': 'Jemand hat das Objekt inzwischen geändert.',
  'asset.exists': 'Ein Objekt „{a}“ gibt es schon.',
  'asset.idFixed': 'Die Kennung eines Objekts kann nicht geändert werden.',
  'asset.unknown': 'Es gibt kein Objekt „{a}“.',
  'backtest.busy': 'Es laufen schon zu viele Rückrechnungen. Bitte gleich noch einmal versuchen.',
  'backtest.cancelled': 'Die Rückrechnung wurde abgebrochen.',
  'backtest.tooLong':
    'Die Rückrechnung dauert länger als {n} Sekunden. Bitte einen kürzeren Zeitraum oder weniger Geräte wählen.',
  'backtest.tooManyAlerts':
    'Die Regeln lösen mehr als {n} Alarme aus. Bitte einen kürzeren Zeitraum oder weniger Geräte wählen, oder die Regel nachbessern, die dauernd auslöst.',
  'backtest.tooManyDevices': 'Es geht um {n} Geräte, möglich sind {m}. Bitte weniger wählen.',
  'backtest.tooManyReadings':
    'Es sind mehr als {n} Messungen. Bitte einen kürzeren Zeitraum oder weniger Geräte wählen.',
  'baseMap.unknown': 'Hier gibt es keine schematische Karte.',
  'body.mediaType': 'Diese Art von Datei wird nicht angenommen.',
  'body.tooDeep': 'Die Angaben sind zu tief verschachtelt.',
  'body.tooLarge': 'Die Datei ist zu groß.',
  'crew.unknown': 'Der Fachbereich „{a}“ hat keine Kolonne „{b}“.',
  'cursor.invalid': 'Die Liste geht dort nicht weiter. Bitte neu laden.',
  'delivery.notDead': 'Nur aufgegebene Zustellungen können erneut versucht werden.',
  'delivery.unknown': 'Diese Zustellung gibt es nicht (mehr).',
  'department.foreign': 'Das gehört zu einem Fachbereich, für den Sie nicht zuständig sind.',
  'department.missing': 'Bitte sagen, welcher Fachbereich es tut.',
  'department.unknown': 'Den Fachbereich „{a}“ gibt es nicht.',
  'device.bound': 'Das Gerät „{a}“ sitzt an „{b}“.',
  'device.conflict': 'Jemand hat das Gerät inzwischen geändert.',
  'device.exists': 'Ein Gerät „{a}“ gibt es schon.',
  'device.imeiTaken': 'Diese IMEI hat schon ein anderes Gerät.',
  'device.notThere': 'Das Gerät „{a}“ sitzt nicht (mehr) an „{b}“.',
  'device.retired': 'Das Gerät „{a}“ ist ausgemustert.',
  'device.unknown': 'Es gibt kein Gerät „{a}“.',
  'handover.conflict': 'Der Stand im anderen System passt nicht zu dem hier.',
  'handover.doubled': 'Ein weiterer Vorgang des anderen Systems nennt denselben Auftrag.',
  'handover.priorityUnknown': 'Die Priorität aus dem anderen System hat hier keine Bedeutung.',
  'handover.stateUnknown': 'Der Stand aus dem anderen System hat hier keine Bedeutung.',
  'identityProvider.none': 'Hier ist kein Identitätsanbieter eingerichtet.',
  'identityProvider.unavailable': 'Der Identitätsanbieter ist nicht erreichbar.',
  'import.outdated': 'Inzwischen wurde etwas geändert. Bitte noch einmal prüfen.',
  'import.rowErrors': 'In der Datei sind Zeilen mit Fehlern. Es wurde nichts geschrieben.',
  'import.tooManyDevices': 'Die Datei hat mehr als {n} neue Geräte. Bitte teilen.',
  'job.conflict': 'Jemand hat den Auftrag inzwischen geändert.',
  'job.foreign': 'Der Auftrag gehört zu einem Fachbereich, für den Sie nicht zuständig sind.',
  'job.reasonMissing': 'Bitte einen Grund angeben.',
  'job.tagsInvalid': 'Diese Schlagwörter gehen nicht.',
  'job.targetMissing': 'Bitte sagen, an wen der Auftrag geht.',
  'job.unknown': 'Diesen Auftrag gibt es nicht (mehr).',
  'job.wrongState': 'In seinem jetzigen Stand geht das mit dem Auftrag nicht.',
  'letter.notOpen': 'Die Meldung ist nicht mehr offen.',
  'letter.unknown': 'Diese abgelehnte Meldung gibt es nicht (mehr).',
  'model.unfit': 'Dieses Modell ist für solche Objekte nicht gemacht.',
  'model.unknown': 'Es gibt kein Modell „{a}“.',
  'oidc.codeInvalid': 'Diese Anmeldung ist abgelaufen. Bitte noch einmal beginnen.',
  'oidc.denied': 'Der Identitätsanbieter hat die Anmeldung abgelehnt.',
  'oidc.nonceMismatch':
    'Die Antwort des Identitätsanbieters gehört zu einer anderen Anmeldung. Bitte noch einmal beginnen.',
  'oidc.sessionOver': 'Die Anmeldung beim Identitätsanbieter ist abgelaufen.',
  'oidc.stateMismatch': 'Diese Anmeldung ist abgelaufen. Bitte noch einmal beginnen.',
  'oidc.tokenInvalid': 'Die Antwort des Identitätsanbieters ist ungültig.',
  'organisation.broken': 'In der Datei sind {n} Fehler.',
  'origin.foreign': 'Das geht nur auf einer Seite dieses Servers.',
  'password.common': 'Dieses Kennwort ist zu bekannt.',
  'password.likeName': 'Das Kennwort ähnelt dem Kontonamen zu sehr.',
  'password.notHere': 'Dieses Kennwort verwaltet der Identitätsanbieter.',
  'password.tooLong': 'Das Kennwort ist zu lang.',
  'password.tooShort': 'Das Kennwort ist zu kurz.',
  'password.wrong': 'Das bisherige Kennwort stimmt nicht.',
  'passwords.busy': 'Es melden sich gerade zu viele an. Bitte gleich noch einmal versuchen.',
  'period.invalid': 'Das Ende muss nach dem Anfang liegen, höchstens fünf Jahre danach.',
  'photo.dimensions': 'Das Bild hat zu viele Bildpunkte.',
  'photo.malformed': 'Das Bild ist beschädigt und kann nicht gelesen werden.',
  'photo.tooMany': 'Ein Auftrag hat höchstens {n} Fotos.',
  'photo.unknown': 'Dieses Foto gibt es nicht (mehr).',
  'photo.unsupported': 'Das Bild ist weder JPEG noch PNG noch WebP.',
  'request.invalid': 'Diese Angaben passen nicht.',
  'request.malformed': 'Die Anfrage ist unlesbar.',
  'request.refused': 'Die Anfrage wird nicht angenommen.',
  'request.uriTooLong': 'Die Adresse der Anfrage ist zu lang.',
  'rota.unknown': 'Diesen Bereitschaftsplan gibt es nicht (mehr).',
  'route.unknown': 'Das kennt der Server nicht. Bitte die Seite neu laden.',
  'rule.conflict': 'Jemand hat die Regel inzwischen geändert.',
  'rule.examplesFailed': '{n} von {m} Beispielen der Regel stimmen nicht.',
  'rule.unknown': 'Diese Regel gibt es nicht (mehr).',
  'rules.invalid': 'In den Regeln sind Fehler.',
  'server.fault': 'Auf dem Server ist etwas schiefgegangen.',
  'server.notReady': 'Der Server ist noch nicht bereit.',
  'session.unknown': 'Diese Sitzung gibt es nicht (mehr).',
  'shelf.endsInPast': 'Das Ende liegt in der Vergangenheit.',
  'shelf.tooLong': 'So lange kann ein Alarm nicht zurückgestellt werden.',
  'stream.full': 'Zu viele Seiten hören zu.',
  'stream.tooMany': 'Von diesem Konto hören zu viele Seiten zu. Schließen Sie einige.',
  'text.unstorable': 'Im Text steht ein Zeichen, das nicht gespeichert werden kann.',
  'tour.closed': 'Diese Tour kann nicht mehr geändert werden.',
  'tour.conflict': 'Jemand hat die Tour oder einen ihrer Aufträge inzwischen geändert.',
  'tour.dayOver': 'Dieser Tag ist vorbei.',
  'tour.unknown': 'Diese Tour gibt es nicht (mehr).',
  'uplinks.busy': 'Es wird gerade zu viel gesucht. Bitte gleich noch einmal versuchen.',
  'version.unknown': 'Diese Fassung der Regel gibt es nicht (mehr).',
  'window.endsBeforeStart': 'Das Ende liegt vor dem Anfang.',
  'window.endsInPast': 'Das Ende liegt in der Vergangenheit.',
  'window.foreign': 'Nennen Sie Objekte oder einen Schaltschrank Ihrer eigenen Fachbereiche.',
  'window.scopeMissing': 'Bitte sagen, worum es geht.',
  'window.tooLong': 'So lange kann ein Wartungsfenster nicht dauern.',
  'window.tooMany': 'Es gibt schon {n} Wartungsfenster.',
  'window.unknown': 'Dieses Wartungsfenster gibt es nicht (mehr).',
};

/** Of a part that is away for a moment, whichever that is. */
const PASSING = 'Ein Teil des Systems ist gerade nicht erreichbar. Bitte gleich noch einmal versuchen.';
const FIELDS = 'Diese Angaben passen nicht: {fields}.';
/** Of what a newer server says. */
const UNKNOWN = 'Der Server nimmt das nicht an ({code}).';

type Refusal = Pick<ApiError, 'code' | 'detail'> & Partial<ApiError>;

/** Why something was refused, in a language. */
export function detailIn(language: Language, error: Refusal): string {
  if (language === 'en') return error.detail;
  return germanOf(error) ?? (error.status === 503 ? PASSING : UNKNOWN.replace('{code}', error.code || '–'));
}

/** The API's own words, which are English, for pages in another language; null where these say all of it already. */
export function technicalDetailIn(language: Language, error: Refusal): string | null {
  const { code, detail } = error;
  if (language === 'en' || detail === '') return null;
  return code === 'request.invalid' || germanOf(error) === undefined ? detail : null;
}

function germanOf({ code, detail, fieldErrors }: Refusal): string | undefined {
  if (code === 'request.invalid' && fieldErrors && fieldErrors.size > 0) {
    return FIELDS.replace('{fields}', [...fieldErrors.keys()].join(', '));
  }
  const known = Object.hasOwn(GERMAN, code) ? GERMAN[code] : undefined;
  const [a, b] = [...detail.matchAll(/'([^']*)'/g)].map(([, name]) => name);
  const [n, m] = [...detail.matchAll(/\d+/g)].map(([number]) => number);
  const values: Readonly<Record<string, string | undefined>> = { a, b, n, m };
  const text = known?.replace(/\{([abnm])\}/g, (hole, name: string) => values[name] ?? hole);
  return text?.includes('{') ? undefined : text;
}
