import type { Texts } from '../i18n/texts.ts';

export const ABOUT_TEXTS = {
  title: { de: 'Erklärung zur Barrierefreiheit', en: 'Accessibility statement' },
  intro: {
    de: 'Diese Erklärung gilt für die Leitstelle von Stadtfunk. Sie soll ohne Barrieren benutzbar sein, wie es das Behindertengleichstellungsgesetz, die BITV 2.0 und die europäische Norm EN 301 549 verlangen.',
    en: 'This statement is about the operations console of Stadtfunk. It is meant to be usable without barriers, as German law (BGG, BITV 2.0) and the European standard EN 301 549 require.',
  },
  conformance: { de: 'Stand', en: 'How far it is' },
  conformanceText: {
    de: 'Angestrebt sind die WCAG 2.1 und 2.2, Stufe AA. Jede Seite wird bei jeder Änderung in einem echten Browser automatisch geprüft (axe-core), außerdem die Bedienung nur mit der Tastatur und auf schmalen Bildschirmen. Eine Prüfung durch eine unabhängige Stelle oder mit Betroffenen gab es noch nicht; daher gilt sie als teilweise vereinbar.',
    en: 'The aim is WCAG 2.1 and 2.2, level AA. Every page is checked automatically in a real browser with every change (axe-core), and so is use by keyboard alone and on narrow screens. It has not been examined by an independent body or with people concerned; so it counts as partially conformant.',
  },
  map: { de: 'Die Karte', en: 'The map' },
  mapText: {
    de: 'Karten lassen sich mit Screenreadern nicht sinnvoll lesen. Alles, was auf der Karte steht, steht deshalb auch in der Liste daneben, die sich filtern, sortieren und mit der Tastatur bedienen lässt.',
    en: 'A map cannot be read sensibly by a screen reader. So everything on the map also stands in the list beside it, which can be filtered, sorted and used by keyboard.',
  },
  known: { de: 'Bekannte Mängel', en: 'Known shortcomings' },
  knownFiles: {
    de: 'Ausgegebene Dateien (GPX, CSV) haben keine barrierefreie Aufbereitung.',
    en: 'Files that are given out (GPX, CSV) are not prepared for accessibility.',
  },
  knownPhotos: {
    de: 'Fotos zu Aufträgen haben nur dann eine Beschreibung, wenn jemand eine Notiz dazu schreibt.',
    en: 'Photos of jobs have a description only if somebody writes a note with them.',
  },
  knownLanguage: {
    de: 'Leichte Sprache und Gebärdensprache werden nicht angeboten; die Leitstelle ist ein Werkzeug für Beschäftigte.',
    en: 'Easy language and sign language are not offered; the console is a tool for staff.',
  },
  feedback: { de: 'Eine Barriere melden', en: 'Report a barrier' },
  feedbackText: {
    de: 'Sie stoßen auf eine Barriere? Bitte melden Sie es; Sie bekommen eine Antwort.',
    en: 'Have you met a barrier? Please report it; you will get an answer.',
  },
  feedbackLink: { de: 'Barriere melden', en: 'Report a barrier' },
  feedbackNowhere: {
    de: 'Für diese Installation ist noch keine Adresse dafür eingetragen. Bitte wenden Sie sich an Ihre Administration.',
    en: 'No address for this has been set in this installation yet. Please ask your administrators.',
  },
  enforcement: { de: 'Schlichtung', en: 'Arbitration' },
  enforcementText: {
    de: 'Hilft das nicht, können Sie sich an die Schlichtungsstelle oder die Durchsetzungs- und Überwachungsstelle Ihres Landes wenden.',
    en: 'If that does not help, you can turn to the arbitration or enforcement body of your state.',
  },
  back: { de: 'Zurück', en: 'Back' },
} as const satisfies Texts;
