import { hasTag, type Asset, type Device } from '@stadtfunk/devices';
import { hash53 } from '@stadtfunk/kernel';
import { Calendar, DEFAULT_CALENDAR } from './calendar.ts';
import { ReadingContext } from './reading-context.ts';
import { ReadingPlans } from './reading-plan.ts';
import { planWindows, type WindowPlan } from './windows/plan.ts';
import { Recollection } from './windows/recollection.ts';
import { expressionsOf, type Rule } from './rule.ts';

/** The rules that concern one kind of subject, sorted out once. */
export interface ApplicableRules {
  /** In the order of the files. */
  readonly rules: readonly Rule[];
  /** Those about a device that is not heard. */
  readonly silent: readonly Rule[];
  /** Their places among the rules. */
  readonly silentAt: readonly number[];
  /** Those about a device that is heard and measures nothing. */
  readonly unmeasured: readonly Rule[];
  readonly unmeasuredAt: readonly number[];
  /** Whether any of them is about a value that does not change. */
  readonly watchesChange: boolean;
  readonly byId: ReadonlyMap<string, Rule>;
  readonly calendar: Calendar;
  /** Whether decisions say why. */
  readonly explains: boolean;
  /** What has to be remembered of earlier readings; null: nothing, as for most rules. */
  readonly windows: WindowPlan | null;
  /** What there is to do for a reading, by the quantities that it has. */
  readonly plans: ReadingPlans;
  /** Turned to each reading that is judged. */
  readonly context: ReadingContext;
}

export interface RuleFailures {
  readonly ruleId: string;
  readonly count: number;
  /** What was wrong the last time. */
  readonly last: string;
}

/** Compiled rules. */
export class RuleSet {
  readonly rules: readonly Rule[];
  /** Changes with the content of any rule. */
  readonly version: string;
  readonly calendar: Calendar;
  /** Whether decisions say why. */
  readonly explains: boolean;
  readonly #byId: ReadonlyMap<string, Rule>;
  /** All that rules name. */
  readonly #tags: readonly string[];
  readonly #districts: ReadonlySet<string>;
  readonly #models: ReadonlySet<string>;
  readonly #applicable = new Map<string, ApplicableRules>();
  #live: RuleSet | undefined;
  #shadow: RuleSet | undefined;

  constructor(rules: readonly Rule[], calendar = new Calendar(DEFAULT_CALENDAR), explains = true) {
    this.rules = rules;
    this.calendar = calendar;
    this.explains = explains;
    this.version = hash53(rules.map(({ version }) => version).join())
      .toString(16)
      .padStart(14, '0');
    this.#tags = [...new Set(rules.flatMap(({ tags = [] }) => tags))];
    this.#districts = new Set(rules.flatMap(({ districts }) => districts ?? []));
    this.#models = new Set(rules.flatMap(({ models }) => models ?? []));
    this.#byId = new Map(rules.map((rule) => [rule.id, rule]));
  }

  find(ruleId: string): Rule | undefined {
    return this.#byId.get(ruleId);
  }

  /** Those that raise alerts. */
  get live(): RuleSet {
    if (this.#live) return this.#live;
    const live = this.rules.filter(({ mode }) => mode !== 'shadow');
    return (this.#live = live.length === this.rules.length ? this : new RuleSet(live, this.calendar, this.explains));
  }

  /** Those that only record; often none. What they record says nothing of why. */
  get shadow(): RuleSet {
    return (this.#shadow ??= new RuleSet(
      this.rules.filter(({ mode }) => mode === 'shadow'),
      this.calendar,
      false,
    ));
  }

  /** The same rules for whoever keeps no explanations, which cost more than all else that a decision takes. */
  get unexplained(): RuleSet {
    return this.explains ? new RuleSet(this.rules, this.calendar, false) : this;
  }

  /** Rules whose conditions failed since the start, with how often and how the last time. */
  failures(): readonly RuleFailures[] {
    return this.rules.flatMap(({ id, condition, rises }) => {
      const failed = expressionsOf(condition, rises)
        .map(({ failures }) => failures)
        .filter(({ count }) => count > 0);
      const count = failed.reduce((sum, each) => sum + each.count, 0);
      return count > 0 ? [{ ruleId: id, count, last: failed.at(-1)?.last ?? '' }] : [];
    });
  }

  /** Rules for a device on an asset. Kept per type, and per district, model and tags as far as rules name them: of those there are few. */
  applicableTo(device: Device, asset: Asset | null): ApplicableRules {
    const tags = this.#tags.filter((tag) => asset !== null && hasTag(asset, tag));
    const model = this.#models.has(device.model) ? device.model : null;
    const district = asset?.district && this.#districts.has(asset.district) ? asset.district : null;
    // As JSON: a district with the separator in its name is not the next thing in the list.
    const key = JSON.stringify([device.lifecycle === 'retired', model, asset?.type ?? null, district, tags]);
    let applicable = this.#applicable.get(key);
    if (!applicable) {
      const rules = this.rules.filter((rule) => concerns(rule, device, asset));
      const windows = planWindows(rules.flatMap(({ condition, rises }) => expressionsOf(condition, rises)));
      const context = new ReadingContext({}, {}, null, 0, this.calendar);
      context.recollection = windows && new Recollection(windows, context);
      const silent = rules.filter(({ condition }) => condition.kind === 'silent' && condition.of === undefined);
      const unmeasured = rules.filter(({ condition }) => condition.kind === 'silent' && condition.of === 'measurement');
      applicable = {
        rules,
        silent,
        silentAt: silent.map((rule) => rules.indexOf(rule)),
        unmeasured,
        unmeasuredAt: unmeasured.map((rule) => rules.indexOf(rule)),
        watchesChange: rules.some(({ condition }) => condition.kind === 'unchanged'),
        byId: new Map(rules.map((rule) => [rule.id, rule])),
        calendar: this.calendar,
        explains: this.explains,
        windows,
        plans: new ReadingPlans(rules, windows),
        context,
      };
      this.#applicable.set(key, applicable);
    }
    return applicable;
  }
}

function concerns(rule: Rule, device: Device, asset: Asset | null): boolean {
  // Nobody will ever repair a retired sensor. What is wrong with the asset stays wrong.
  if (rule.subject === 'device' && device.lifecycle === 'retired') return false;
  if (rule.subject === 'asset' && asset === null) return false;
  if (rule.types && !(asset && rule.types.includes(asset.type))) return false;
  if (rule.districts && !(asset?.district && rule.districts.includes(asset.district))) return false;
  if (rule.tags && !rule.tags.some((tag) => asset !== null && hasTag(asset, tag))) return false;
  return rule.models === null || rule.models.includes(device.model);
}
