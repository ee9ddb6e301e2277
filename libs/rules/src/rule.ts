import type { AssetType } from '@stadtfunk/devices';
import type { GroupKind, JobPriority, Severity, Text } from '@stadtfunk/maintenance';
import type { QuantityName } from '@stadtfunk/readings';
import type { Expression } from './expression.ts';
import type { ForecastVariable } from './language.ts';
import type { RuleExample } from './rule-example.ts';

/** When a rule holds. */
export type Condition =
  | {
      readonly kind: 'when';
      /** The operands of the outermost `||`. Each keeps its last answer until a reading has what it needs. */
      readonly alternatives: readonly Expression[];
      /** When the episode ends; null: as soon as no alternative holds. */
      readonly clear: Expression | null;
      /** What says that it is another one from now on, which has its own time. Absent: nothing does. */
      readonly restart?: Expression;
    }
  | { readonly kind: 'unchanged'; readonly quantity: QuantityName }
  | {
      readonly kind: 'silent';
      readonly intervals: number;
      readonly marginMs: number;
      readonly atLeastMs: number;
      /** Heard, but nothing is measured. Absent: it is not heard at all. */
      readonly of?: 'measurement';
    };

/** How long a condition must hold: fixed, or an ISO 8601 duration that each asset has as an attribute. */
export type Hold = { readonly ms: number } | { readonly attribute: string };

export interface JobOrder {
  readonly kind: string;
  readonly priority: JobPriority;
  readonly dueMs: number | null;
  /** It is due when this is forecast to happen. Absent: after `dueMs`. */
  readonly dueBy?: ForecastVariable;
  /** Rules whose open job, about the same subject, takes this one in: theirs is the same work. Absent: none. */
  readonly joins?: readonly string[];
  /** null: the alert's title. */
  readonly title: Text | null;
  /** How soon after its end the problem must be back to open the job again. Absent: a day. */
  readonly reopenWithinMs?: number;
}

/** A severity that an open alert rises to: after a time, counted from when it was raised, or by what a reading shows. */
export type SeverityRise = {
  readonly severity: Severity;
  /** What the job's priority rises to; null: it stays. */
  readonly priority: JobPriority | null;
} & ({ readonly afterMs: number } | { readonly when: Expression });

/** When alerts become one of a group, and what then stands for all of them. `{group}` in a text is what they have in common. */
export interface GroupRule {
  readonly by: GroupKind;
  readonly atLeast: number;
  /** Of all that could be members, above 0 and up to 1. */
  readonly share?: number;
  readonly withinMs: number;
  /** Jobs and notifications of single alerts do not wait for others. */
  readonly atOnce?: true;
  /** null: as the single alerts. */
  readonly severity: Severity | null;
  readonly title: Text;
  /** null: as the single alerts, with the group's title. */
  readonly job: JobOrder | null;
}

/** A rule as it was checked and compiled. */
export interface Rule {
  readonly id: string;
  /** Changes with the rule's content and with nothing else. */
  readonly version: string;
  readonly subject: 'asset' | 'device';
  /** null: any. */
  readonly types: readonly AssetType[] | null;
  readonly districts: readonly string[] | null;
  readonly models: readonly string[] | null;
  /** Of the asset; one of them is enough. Absent: any. */
  readonly tags?: readonly string[] | undefined;
  readonly condition: Condition;
  /** Every quantity that the rule looks at: what becomes evidence. */
  readonly quantities: readonly QuantityName[];
  readonly hold: Hold;
  readonly clearForMs: number;
  /** On how many readings in a row it must hold besides. */
  readonly readings: number;
  /** When it is raised. */
  readonly severity: Severity;
  /** Each worse than the one before. Absent: the severity never rises. */
  readonly rises?: readonly SeverityRise[] | undefined;
  /** null: the asset's own department, or `iot` where the subject is the device. */
  readonly department: string | null;
  readonly job: JobOrder | null;
  /** It only records what it would raise. Absent: it is live. No part of the version, because it means the same. */
  readonly mode?: 'shadow' | undefined;
  readonly title: Text;
  /** Absent: each alert stands for itself. */
  readonly group?: GroupRule | undefined;
  /** What it has to make of what. No part of the version. */
  readonly examples: readonly RuleExample[];
  readonly source: { readonly file: string; readonly line: number };
}

/** Every expression of a rule. */
export function expressionsOf(condition: Condition, rises: Rule['rises'] = []): readonly Expression[] {
  const asked = condition.kind === 'when' ? condition.alternatives : [];
  const clear = condition.kind === 'when' && condition.clear ? [condition.clear] : [];
  const restart = condition.kind === 'when' && condition.restart ? [condition.restart] : [];
  return [...asked, ...clear, ...restart, ...rises.flatMap((rise) => ('when' in rise ? [rise.when] : []))];
}
