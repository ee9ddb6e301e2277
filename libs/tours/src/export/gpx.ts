import type { Position } from '../position.ts';
import type { Tour, TourStop } from '../tour.ts';
import { addressLine, degrees, tourTitle, type ExportLanguage } from './words.ts';

/** A tour as a route in GPX 1.1 (https://www.topografix.com/GPX/1/1/), for navigation devices. */
export function tourGpx(tour: Tour, language: ExportLanguage): string {
  const depot = tour.depot ? [point(tour.depot, element('name', language === 'de' ? 'Betriebshof' : 'Depot'))] : [];
  const points = [...depot, ...tour.stops.map((stop) => stopPoint(stop, language)), ...depot];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<gpx version="1.1" creator="Stadtfunk" xmlns="http://www.topografix.com/GPX/1/1">',
    `<metadata>${element('name', tourTitle(tour))}<time>${new Date(tour.createdAt).toISOString()}</time></metadata>`,
    `<rte>${element('name', tourTitle(tour))}<number>${tour.number}</number>`,
    ...points,
    '</rte>',
    '</gpx>',
    '',
  ].join('\n');
}

/** The order of elements is that of the schema: name, cmt, desc, type. */
function stopPoint(stop: TourStop, language: ExportLanguage): string {
  const comment = [stop.name, addressLine(stop)].filter(Boolean).join(', ');
  return point(
    stop.position,
    element('name', `#${stop.number}`) +
      (comment === '' ? '' : element('cmt', comment)) +
      element('desc', stop.title[language]) +
      element('type', stop.priority),
  );
}

function point({ latitude, longitude }: Position, content: string): string {
  return `<rtept lat="${degrees(latitude)}" lon="${degrees(longitude)}">${content}</rtept>`;
}

function element(name: string, text: string): string {
  return `<${name}>${escaped(text)}</${name}>`;
}

/** Without what XML 1.0 cannot hold at all (2.2). */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
