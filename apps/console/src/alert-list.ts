import type { Alert, Severity } from './api.ts';
import { h, icon } from './dom.ts';
import { absoluteTime, pick, relativeTime, say } from './texts.ts';

/** A shape for each severity, so that colour never stands alone: octagon, triangle, diamond, circle. */
const SHAPES: Readonly<Record<Severity, string>> = {
  critical: 'M5 1h6l4 4v6l-4 4H5l-4-4V5zM7 4v5h2V4zM7 10.5v2h2v-2z',
  major: 'M8 1l7.5 14H.5zM7 6v4.5h2V6zM7 11.5v2h2v-2z',
  minor: 'M8 .5L15.5 8 8 15.5.5 8zM7 4.5V9h2V4.5zM7 10v2h2v-2z',
  warning: 'M8 1a7 7 0 110 14A7 7 0 018 1zM7 7v5h2V7zM7 4v2h2V4z',
};

export function alertRow(alert: Alert, now: number, onAcknowledge: () => void): HTMLElement {
  const { alertId, severity, title, assetId, deviceId, raisedAt, acknowledgedBy } = alert;
  return h(
    'li',
    { class: `row ${severity}${acknowledgedBy === null ? '' : ' seen'}` },
    h('span', { class: 'severity' }, icon(SHAPES[severity]), say(severity)),
    h(
      'div',
      { class: 'what' },
      h('h3', {}, pick(title)),
      h(
        'p',
        { class: 'where' },
        assetId ?? `${say('device')} ${deviceId}`,
        ' · ',
        h('time', { datetime: raisedAt, title: absoluteTime(raisedAt) }, relativeTime(raisedAt, now)),
      ),
    ),
    acknowledgedBy === null
      ? h(
          'button',
          {
            type: 'button',
            'data-key': `ack-${alertId}`,
            'aria-label': `${say('acknowledge')}: ${pick(title)}, ${assetId ?? deviceId}`,
            onclick: onAcknowledge,
          },
          say('acknowledge'),
        )
      : h('span', { class: 'by' }, say('acknowledged', acknowledgedBy)),
  );
}
