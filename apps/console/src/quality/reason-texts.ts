import { type Told, useTexts, type Texts } from '../i18n/texts.ts';

/** Why a message was rejected or a reading held back, by the codes of ingest and of the formats of devices. */
export const REASONS = {
  'device.unknown': { de: 'Gerät ist nicht angelegt', en: 'The device is not registered' },
  'codec.defect': { de: 'Fehler im Leseprogramm des Formats', en: 'A fault in the codec' },
  'payload.empty': { de: 'Leere Meldung', en: 'Empty message' },
  'payload.tooLarge': { de: 'Zu lange Meldung', en: 'The message is too long' },
  'payload.notHex': { de: 'Keine Hexadezimalziffern', en: 'No hexadecimal digits' },
  'payload.notUtf8': { de: 'Kein UTF-8-Text', en: 'No UTF-8 text' },
  'payload.notJson': { de: 'Kein JSON', en: 'No JSON' },
  'payload.truncated': { de: 'Meldung ist abgeschnitten', en: 'The message is cut off' },
  'payload.malformed': { de: 'Anders aufgebaut als das Format', en: 'Another shape than the format has' },
  'payload.identity': { de: 'Ungültige Kennung in der Meldung', en: 'An invalid identity in the message' },
  'payload.foreignIdentity': { de: 'Meldung eines anderen Geräts', en: "Another device's message" },
  'payload.unsupportedVersion': { de: 'Unbekannte Fassung des Formats', en: 'A version that is not supported' },
  'payload.unsupportedField': { de: 'Unbekanntes Pflichtfeld', en: 'A field that is not supported' },
  'payload.unknownQuantity': { de: 'Unbekannte Größe', en: 'An unknown quantity' },
  'payload.historyMalformed': { de: 'Unlesbare Nachträge', en: 'History rows that cannot be read' },
  'payload.historyTooLong': { de: 'Zu viele Nachträge', en: 'Too many history rows' },
  'radio.impossible': { de: 'Unmögliche Signalstärke', en: 'An impossible signal level' },
  'value.impossible': { de: 'Unmöglicher Wert', en: 'An impossible value' },
  'value.unit': { de: 'Unpassende Einheit', en: 'A unit that does not fit' },
  'values.impossible': { de: 'Nur unmögliche Werte', en: 'Nothing but impossible values' },
  'time.malformed': { de: 'Ungültige Zeitangabe', en: 'A time that is none' },
  'clock.unset': { de: 'Uhr des Geräts ist nicht gestellt', en: "The device's clock is not set" },
  'clock.ahead': { de: 'Uhr des Geräts geht vor', en: "The device's clock is ahead" },
  'clock.tooOld': { de: 'Messung ist zu alt', en: 'The reading is too old' },
} as const satisfies Texts;

/** A code in the words of the page; the code itself, where there are none. */
export function useReason(): (code: string) => string {
  const t: Told<typeof REASONS> = useTexts(REASONS);
  return (code) => (Object.hasOwn(t, code) ? t[code as keyof typeof REASONS] : code);
}

/** The reasons that dead letters can have, to choose from. @param present the one that is chosen: it is among them, whatever it is */
export function useLetterReasons(): (
  present: string | null,
) => readonly { readonly value: string; readonly label: string }[] {
  const reason = useReason();
  const codes = Object.keys(REASONS).filter((code) => /^(?:device|codec|payload)\./.test(code));
  return (present) =>
    (present === null || codes.includes(present) ? codes : [present, ...codes]).map((value) => ({
      value,
      label: reason(value),
    }));
}
