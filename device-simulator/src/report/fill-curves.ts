import type { ExamOutcome } from '../exam/examine.ts';
import type { ExaminedDevice } from '../exam/examined-device.ts';
import type { JudgedAlert } from '../exam/score.ts';
import type { Language } from './labels.ts';
import { verdictName } from './names.ts';
import { dayLines, diamond, escaped, px, xOf, type TimeScale } from './svg.ts';

const MOST_CURVES = 6;
const WIDTH = 960;
const HEIGHT = 150;
const PLOT = { left: 44, width: WIDTH - 60, top: 22, height: 96 } as const;
const FULL = 0.85;

/** How some containers filled, those first with which most happened. */
export function fillCurves(outcome: ExamOutcome, language: Language): string {
  const alerts = alertsByDevice(outcome);
  const bins = outcome.devices.filter(({ deliveries }) => deliveries.some(({ level }) => level !== undefined));
  const eventful = ({ bound, incidents }: ExaminedDevice) =>
    new Set(incidents.filter(({ kind }) => kind.startsWith('bin.')).map(({ kind }) => kind)).size * 100 +
    (alerts.get(bound.device.deviceId)?.length ?? 0);
  return bins
    .map((bin) => ({ bin, weight: eventful(bin) }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MOST_CURVES)
    .map(({ bin }) => curve(bin, alerts.get(bin.bound.device.deviceId) ?? [], outcome.run, language))
    .join('\n');
}

function alertsByDevice({ scores }: ExamOutcome): ReadonlyMap<string, readonly JudgedAlert[]> {
  const byDevice = new Map<string, JudgedAlert[]>();
  for (const [ruleId, ofRule] of scores) {
    if (!ruleId.startsWith('waste.')) continue;
    for (const alert of ofRule.flatMap(({ alerts }) => alerts)) {
      const list = byDevice.get(alert.deviceId);
      if (list) list.push(alert);
      else byDevice.set(alert.deviceId, [alert]);
    }
  }
  return byDevice;
}

function curve(
  { bound, deliveries, incidents }: ExaminedDevice,
  alerts: readonly JudgedAlert[],
  run: { readonly from: number; readonly to: number },
  language: Language,
): string {
  const { left, width, top, height } = PLOT;
  const scale: TimeScale = { from: run.from, to: run.to, left, width };
  const y = (level: number) => top + height * (1 - Math.min(1.1, Math.max(0, level)) / 1.1);
  const areas = incidents
    .filter(({ kind }) => kind === 'bin.full' || kind === 'bin.fire')
    .map(({ kind, from, to }) => {
      const [begin, end] = [xOf(scale, from), xOf(scale, to ?? run.to)];
      const style = kind === 'bin.fire' ? 'fire' : 'full';
      return `<rect class="${style}" x="${px(begin)}" width="${px(Math.max(1.5, end - begin))}" y="${px(top)}" height="${px(height)}"/>`;
    });
  const measured = deliveries.filter(({ level, measuredAt }) => level !== undefined && !Number.isNaN(measuredAt));
  const line = measured
    .filter(({ isRight }) => isRight)
    .map(({ measuredAt, level = 0 }) => `${px(xOf(scale, measuredAt))},${px(y(level))}`)
    .join(' ');
  const wrong = measured
    .filter(({ isRight }) => !isRight)
    .map(
      ({ measuredAt, level = 0 }) =>
        `<circle class="wrong" cx="${px(xOf(scale, measuredAt))}" cy="${px(y(level))}" r="2.5"/>`,
    );
  const told = alerts.map(({ raisedAt, ruleId, verdict }) =>
    diamond(xOf(scale, raisedAt), top - 8, verdict, `${ruleId}, ${verdictName(verdict, language)}`),
  );
  const name = `${bound.asset?.name ?? bound.device.deviceId} (${bound.device.model})`;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(name)}">`,
    ...areas,
    dayLines(scale, top, top + height, language),
    `<line class="threshold" x1="${left}" x2="${left + width}" y1="${px(y(FULL))}" y2="${px(y(FULL))}"/>`,
    ...[0, 0.5, 1].map(
      (level) => `<text class="level" x="${left - 6}" y="${px(y(level) + 4)}">${level * 100} %</text>`,
    ),
    `<polyline class="curve" points="${line}"/>`,
    ...wrong,
    ...told,
    `<text class="name" x="${left + 4}" y="${HEIGHT - 2}">${escaped(name)}</text>`,
    '</svg>',
  ].join('');
}
