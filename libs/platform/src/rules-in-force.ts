import type { Config } from '@stadtfunk/config';
import {
  compileRules,
  DEFAULT_RULES,
  describeProblem,
  RuleCatalogue,
  type RuleSource,
  type RuleSet,
  type RuleSummary,
} from '@stadtfunk/rules';
import { UserError } from './user-error.ts';
import { readRuleFiles } from './rule-files.ts';

/** The files of RULES_DIR, or the bundled ones. */
export async function ruleFilesInForce({ RULES_DIR }: Pick<Config, 'RULES_DIR'>): Promise<readonly RuleSource[]> {
  const sources = RULES_DIR ? await readRuleFiles([RULES_DIR]) : DEFAULT_RULES;
  // A wrong folder must not look like a city in which nothing is ever wrong.
  if (sources.length === 0) throw new UserError(`no rule files (*.yaml) in RULES_DIR ${RULES_DIR}`, 2);
  return sources;
}

/** The rules of these files. A broken file ends the start and says where it is broken. */
export async function rulesInForce(config: Config): Promise<RuleSet> {
  const { ZONE, FEDERAL_STATE } = config;
  const sources = await ruleFilesInForce(config);
  const compiled = compileRules(sources, { zone: ZONE, federalState: FEDERAL_STATE });
  if (compiled.ok) return compiled.value;
  throw new UserError(['the rules are broken', ...compiled.error.map(describeProblem)].join('\n  '), 2);
}

/** The rules in force as a list for people. */
export class RulesInForce extends RuleCatalogue {
  constructor(private readonly rules: RuleSet) {
    super();
  }

  override list(): readonly RuleSummary[] {
    return this.rules.rules.map(({ id, version, title, mode = 'live' as const, severity, types, job }): RuleSummary => {
      return { ruleId: id, version, title, mode, severity, assetTypes: types ?? [], jobKind: job?.kind ?? null };
    });
  }
}
