import { ok, type Result } from '@stadtfunk/kernel';
import type { FileProblem as RuleProblem } from '@stadtfunk/yaml';
import { compileRules, type RuleSource } from './compile-rules.ts';
import type { CalendarOptions } from './calendar.ts';
import { RuleSet } from './rule-set.ts';
import { textOfRule } from './rule-text.ts';
import type { RuleVersion, RuleVersions } from './rule-versions.ts';
import type { Rule } from './rule.ts';

/** A rule with the text that it was compiled from. */
export interface RuleInForce {
  readonly rule: Rule;
  /** A rule file with this one rule. */
  readonly yaml: string;
  /** Of the saved version; 0: it stands in the rule files. */
  readonly number: number;
}

/** A saved version that this program cannot read, and the version that holds in its place. */
export interface PassedOver {
  readonly ruleId: string;
  readonly number: number;
  readonly problems: readonly RuleProblem[];
}

interface Settled {
  readonly number: number;
  /** null: there is no such rule any more. */
  readonly inForce: RuleInForce | null;
  readonly passedOver: PassedOver | null;
}

/**
 * The rules in force: those of the rule files, and over them the versions that were saved. A version that cannot be read is
 * passed over as if it had never been saved, so that one bad rule takes no other with it.
 */
export class RuleBook {
  readonly calendar: CalendarOptions;
  readonly #versions: RuleVersions;
  /** By id, in the order of the files. */
  readonly #base: ReadonlyMap<string, RuleInForce>;
  readonly #listeners: ((rules: RuleSet) => void)[] = [];
  #settled: ReadonlyMap<string, Settled> = new Map();
  #inForce: ReadonlyMap<string, RuleInForce>;
  #rules: RuleSet;
  #count = 0;
  #refreshing: Promise<void> | null = null;

  /** @param base the rules of `sources`, compiled */
  constructor(sources: readonly RuleSource[], base: RuleSet, versions: RuleVersions) {
    this.calendar = base.calendar.options;
    this.#versions = versions;
    this.#base = new Map(
      base.rules.map((rule) => {
        const source = sources.find(({ file }) => file === rule.source.file)!;
        return [rule.id, new RuleOfFile(rule, source, this.calendar)];
      }),
    );
    this.#inForce = this.#base;
    this.#rules = base;
  }

  /** Those of live and of shadow mode. Another one as soon as something else is in force, and only then. */
  get rules(): RuleSet {
    return this.#rules;
  }

  /** In the order of the files, and then by id. */
  get inForce(): ReadonlyMap<string, RuleInForce> {
    return this.#inForce;
  }

  /** What the rule files say. */
  get base(): ReadonlyMap<string, RuleInForce> {
    return this.#base;
  }

  get passedOver(): readonly PassedOver[] {
    return [...this.#settled.values()].flatMap(({ passedOver }) => passedOver ?? []);
  }

  /** As rule files, one for each rule: what a backtest or an export takes. */
  sources(): readonly RuleSource[] {
    return [...this.#inForce].map(([id, { yaml }]) => ({ file: `${id}.yaml`, text: yaml }));
  }

  /** Told whenever other rules are in force. */
  onChange(listener: (rules: RuleSet) => void): void {
    this.#listeners.push(listener);
  }

  /** The one rule of a text, or everything that is wrong with it. */
  check(yaml: string, file = 'rule'): Result<Rule, readonly RuleProblem[]> {
    const compiled = this.compile(yaml, file);
    return compiled.ok ? ok(compiled.value.rules[0]!) : compiled;
  }

  /** The same as a set of its own. */
  compile(yaml: string, file = 'rule'): Result<RuleSet, readonly RuleProblem[]> {
    const compiled = compileRules([{ file, text: yaml }], this.calendar);
    if (!compiled.ok || compiled.value.rules.length === 1) return compiled;
    const { rules } = compiled.value;
    const line = rules[1]?.source.line ?? 1;
    const problem = { file, line, column: 1, path: 'rules', expected: 'exactly one rule', found: String(rules.length) };
    return { ok: false, error: [problem] };
  }

  /** Takes what was saved since. Faults as of the records; then what was in force stays so. */
  async refresh(): Promise<void> {
    // What was saved after the look that is under way began is seen by the next one.
    if (this.#refreshing) await this.#refreshing.catch(() => undefined);
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    const count = await this.#versions.count();
    if (count === this.#count) return;
    const settled = new Map<string, Settled>();
    for (const version of await this.#versions.deciding()) {
      const known = this.#settled.get(version.ruleId);
      settled.set(version.ruleId, known?.number === version.number ? known : await this.#settle(version));
    }
    this.#settled = settled;
    this.#count = count;
    this.#inForce = this.#together();
    const rules = [...this.#inForce.values()].map(({ rule }) => rule);
    if (sameRules(rules, this.#rules.rules)) return;
    this.#rules = new RuleSet(rules, this.#rules.calendar);
    for (const listener of this.#listeners) listener(this.#rules);
  }

  async #settle(version: RuleVersion): Promise<Settled> {
    const { ruleId, number } = version;
    let passedOver: PassedOver | null = null;
    for (let each: RuleVersion | undefined = version; each; each = await this.#before(each)) {
      if (each.state === 'retired') return { number, inForce: null, passedOver };
      if (each.state === 'file') break;
      const read = this.#read(each);
      if (read.ok) return { number, inForce: { rule: read.value, yaml: each.yaml, number: each.number }, passedOver };
      passedOver ??= { ruleId, number: each.number, problems: read.error };
    }
    return { number, inForce: this.#base.get(ruleId) ?? null, passedOver };
  }

  #before({ ruleId, number }: RuleVersion): Promise<RuleVersion | undefined> {
    return this.#versions.decidedBefore(ruleId, number);
  }

  #read({ ruleId, yaml, state }: RuleVersion): Result<Rule, readonly RuleProblem[]> {
    const read = this.check(yaml, `${ruleId}.yaml`);
    if (!read.ok) return read;
    const isAsSaid = read.value.id === ruleId && (read.value.mode ?? 'live') === state;
    if (isAsSaid) return read;
    const { line } = read.value.source;
    const found = `${read.value.id} (${read.value.mode ?? 'live'})`;
    const file = `${ruleId}.yaml`;
    return { ok: false, error: [{ file, line, path: 'rules[0].id', expected: `${ruleId} (${state})`, found }] };
  }

  #together(): ReadonlyMap<string, RuleInForce> {
    const rules = new Map<string, RuleInForce>();
    for (const [id, base] of this.#base) {
      const settled = this.#settled.get(id);
      const inForce = settled ? settled.inForce : base;
      if (inForce) rules.set(id, inForce);
    }
    for (const [id, { inForce }] of [...this.#settled].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (inForce && !this.#base.has(id)) rules.set(id, inForce);
    }
    return rules;
  }
}

/** To cut its text out of the file takes some ms, and most are never asked for it. */
class RuleOfFile implements RuleInForce {
  readonly rule: Rule;
  readonly number = 0;
  readonly #source: RuleSource;
  readonly #calendar: CalendarOptions;
  #yaml: string | undefined;

  constructor(rule: Rule, source: RuleSource, calendar: CalendarOptions) {
    this.rule = rule;
    this.#source = source;
    this.#calendar = calendar;
  }

  get yaml(): string {
    return (this.#yaml ??= textOfRule(this.#source, this.rule, this.#calendar));
  }
}

/** Whether they judge alike. Comments and examples do not make another rule. */
function sameRules(some: readonly Rule[], others: readonly Rule[]): boolean {
  if (some.length !== others.length) return false;
  return some.every(({ id, version, mode }, index) => {
    const other = others[index]!;
    return id === other.id && version === other.version && mode === other.mode;
  });
}

/** The rule files as a book without any saved version. */
export function openRuleBook(
  sources: readonly RuleSource[],
  calendar: Partial<CalendarOptions>,
  versions: RuleVersions,
): Result<RuleBook, readonly RuleProblem[]> {
  const compiled = compileRules(sources, calendar);
  return compiled.ok ? ok(new RuleBook(sources, compiled.value, versions)) : compiled;
}
