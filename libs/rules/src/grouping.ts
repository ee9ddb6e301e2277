import { departmentOf } from '@stadtfunk/devices';
import type { Grouping, GroupKind, Severity, Text } from '@stadtfunk/maintenance';
import type { RuleSubject } from './rule-subject.ts';
import type { GroupRule, Rule } from './rule.ts';

/** The team that looks after sensors. */
const DEVICE_DEPARTMENT = 'iot';

/** With which others the alert of a subject may be one problem; undefined: its rule groups none, or nothing says with whom. */
export function groupingOf(rule: Rule, severity: Severity, subject: RuleSubject): Grouping | undefined {
  if (!rule.group) return undefined;
  const { by, atLeast, share, withinMs, atOnce, title } = rule.group;
  const value = commonOf(by, subject);
  if (value === undefined) return undefined;
  return {
    by,
    value,
    atLeast,
    ...(share !== undefined && { share }),
    withinMs,
    ...(atOnce && { atOnce }),
    severity: rule.group.severity ?? severity,
    title: named(title, value),
    job: jobOf(rule, rule.group, subject, value),
  };
}

function jobOf(rule: Rule, group: GroupRule, { asset }: RuleSubject, value: string): Grouping['job'] {
  const order = group.job ?? rule.job;
  if (!order) return null;
  const own = rule.subject === 'asset' && asset ? departmentOf(asset) : DEVICE_DEPARTMENT;
  const title = group.job?.title ?? group.title;
  const { kind, priority, dueMs } = order;
  return { kind, priority, dueMs, title: named(title, value), department: rule.department ?? own };
}

/** `{group}` in a text becomes what the members have in common. */
function named({ de, en }: Text, value: string): Text {
  return { de: de.replaceAll('{group}', () => value), en: en.replaceAll('{group}', () => value) };
}

/** What the members have in common, by attributes of the asset and the model of the device. */
export function commonOf(by: GroupKind, { asset, device }: Pick<RuleSubject, 'asset' | 'device'>): string | undefined {
  const attribute = (name: string) => {
    const value = asset?.attributes[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  switch (by) {
    case 'cabinet':
      return attribute('refStreetlightControlCabinet');
    case 'circuit': {
      // Numbered per cabinet.
      const circuit = attribute('circuit');
      return circuit && `${attribute('refStreetlightControlCabinet') ?? ''}/${circuit}`;
    }
    case 'radioCell':
      return attribute('radioCell');
    case 'district':
      return asset?.district ?? undefined;
    case 'model':
      return device.model;
    case 'firmware': {
      const version = attribute('firmwareVersion');
      return version && `${device.model} ${version}`;
    }
  }
}
