import type { JobPriority, Severity } from '@stadtfunk/maintenance';

export type MailLanguage = 'de' | 'en';

export interface Words {
  readonly alert: string;
  readonly job: string;
  readonly asset: string;
  readonly device: string;
  readonly raised: string;
  readonly clearedAt: string;
  readonly measured: string;
  readonly rule: string;
  readonly department: string;
  readonly priority: string;
  readonly created: string;
  readonly due: string;
  readonly console: string;
  readonly toldTo: string;
  readonly automatic: string;
  readonly digest: string;
  /** After a number. */
  readonly withheld: string;
  /** What the subject adds for a type of event. */
  readonly types: Readonly<Record<string, string>>;
  readonly severities: Readonly<Record<Severity, string>>;
  readonly priorities: Readonly<Record<JobPriority, string>>;
}

export const WORDS: Readonly<Record<MailLanguage, Words>> = {
  de: {
    alert: 'Alarm',
    job: 'Auftrag',
    asset: 'Objekt',
    device: 'Gerät',
    raised: 'Gemessen',
    clearedAt: 'Beendet',
    measured: 'Messwerte',
    rule: 'Regel',
    department: 'Fachbereich',
    priority: 'Priorität',
    created: 'Angelegt',
    due: 'Fällig',
    console: 'Leitstand',
    toldTo: 'Gerufen',
    automatic: 'Diese Nachricht wurde automatisch erstellt. Antworten liest niemand.',
    digest: 'Sammelmeldung',
    withheld: 'weitere Meldungen in einer Stunde',
    types: {
      'alert.acknowledged': 'quittiert',
      'alert.worsened': 'schwerer geworden',
      'alert.cleared': 'beendet',
      'alert.escalated': 'nicht quittiert',
      'job.changed': 'geändert',
      'job.overdue': 'überfällig',
      'job.escalated': 'weiter überfällig',
      'job.unproven': 'ohne Nachweis erledigt',
    },
    severities: { critical: 'kritisch', major: 'schwer', minor: 'gering', warning: 'Warnung' },
    priorities: { urgent: 'sofort', high: 'hoch', normal: 'normal', low: 'niedrig' },
  },
  en: {
    alert: 'Alert',
    job: 'Job',
    asset: 'Asset',
    device: 'Device',
    raised: 'Measured',
    clearedAt: 'Cleared',
    measured: 'Values',
    rule: 'Rule',
    department: 'Department',
    priority: 'Priority',
    created: 'Created',
    due: 'Due',
    console: 'Console',
    toldTo: 'Called',
    automatic: 'This message was made automatically. Nobody reads replies.',
    digest: 'Digest',
    withheld: 'more notifications in one hour',
    types: {
      'alert.acknowledged': 'acknowledged',
      'alert.worsened': 'worse',
      'alert.cleared': 'cleared',
      'alert.escalated': 'not acknowledged',
      'job.changed': 'changed',
      'job.overdue': 'overdue',
      'job.escalated': 'still overdue',
      'job.unproven': 'done without proof',
    },
    severities: { critical: 'critical', major: 'major', minor: 'minor', warning: 'warning' },
    priorities: { urgent: 'urgent', high: 'high', normal: 'normal', low: 'low' },
  },
};
