import { setImmediate as takeTurn } from 'node:timers/promises';
import { Controller, Inject, Post } from '@nestjs/common';
import { Clock } from '@stadtfunk/kernel';
import {
  eachExample,
  RuleBook,
  RuleVersions,
  withMode,
  type ExampleOutcome,
  type NewRuleVersion,
  type RuleSet,
} from '@stadtfunk/rules';
import { Actor } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { found, Problem } from '../problem.ts';
import { brokenRule, toHeadBody, toOutcomeBody, toProblemBodies, toVersionBody } from './rule-mapping.ts';
import { restoreRuleVersion, runRuleExamples, saveRuleVersion } from './rule.schema.ts';

/** Rules belong to no department: whoever changes one has to be allowed to everywhere. */
@Controller('api/v1/rules')
export class RuleEditingController {
  constructor(
    @Inject(RuleBook) private readonly book: RuleBook,
    @Inject(RuleVersions) private readonly versions: RuleVersions,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Post('examples')
  @Needs('rules.write')
  @Operation(runRuleExamples)
  async examples(
    @Input() { body: { yaml } }: InputOf<typeof runRuleExamples>,
  ): Promise<AnswerOf<typeof runRuleExamples>> {
    const compiled = this.book.compile(yaml);
    if (!compiled.ok) return { problems: toProblemBodies(compiled.error), examples: [] };
    return { problems: [], examples: (await outcomesOf(compiled.value)).map(toOutcomeBody) };
  }

  @Post(':ruleId/versions')
  @Needs('rules.write', 'everywhere')
  @Operation(saveRuleVersion)
  async save(
    @Input() { params: { ruleId }, body }: InputOf<typeof saveRuleVersion>,
    @Actor() author: string,
  ): Promise<AnswerOf<typeof saveRuleVersion>> {
    const { state, reason, expected } = body;
    const about = { ruleId, author, reason, expected, restores: null };
    if (state === 'retired') {
      const { yaml } = found(this.book.inForce.get(ruleId), 'rule', ruleId);
      return this.#save({ ...about, state, ruleVersion: null, yaml });
    }
    return this.#save({ ...about, ...(await this.#checked(ruleId, state, body.yaml!)) });
  }

  @Post(':ruleId/restore')
  @Needs('rules.write', 'everywhere')
  @Operation(restoreRuleVersion)
  async restore(
    @Input() { params: { ruleId }, body }: InputOf<typeof restoreRuleVersion>,
    @Actor() author: string,
  ): Promise<AnswerOf<typeof restoreRuleVersion>> {
    const { number, reason, expected } = body;
    const about = { ruleId, author, reason, expected, restores: number };
    const old = number === 0 ? undefined : found(await this.versions.find(ruleId, number), 'version', String(number));
    const asItWas = old?.state ?? 'file';
    if (asItWas === 'file' && body.state === undefined) {
      const { yaml, rule } = found(this.book.base.get(ruleId), 'rule', ruleId);
      return this.#save({ ...about, state: 'file', ruleVersion: rule.version, yaml });
    }
    const { yaml } = found(old ?? this.book.base.get(ruleId), 'rule', ruleId);
    const state = body.state ?? asItWas;
    if (state === 'retired' || state === 'file') return this.#save({ ...about, state, ruleVersion: null, yaml });
    return this.#save({ ...about, ...(await this.#checked(ruleId, state, yaml)) });
  }

  /** A text as it can be saved: what is to judge has to be right, and to do what its examples say. */
  async #checked(ruleId: string, state: 'draft' | 'shadow' | 'live', text: string) {
    const yaml = state === 'draft' ? text : withMode(text, state);
    const compiled = this.book.compile(yaml, ruleId);
    if (!compiled.ok) {
      if (state === 'draft') return { state, yaml, ruleVersion: null };
      throw brokenRule(compiled.error);
    }
    const rule = compiled.value.rules[0]!;
    if (rule.id !== ruleId) {
      const { line } = rule.source;
      const found = `'${rule.id}'`;
      throw brokenRule([{ file: ruleId, line, column: 1, path: 'rules[0].id', expected: `'${ruleId}'`, found }]);
    }
    if (state === 'draft') return { state, yaml, ruleVersion: rule.version };
    const outcomes = await outcomesOf(compiled.value);
    const failed = outcomes.filter(({ passed }) => !passed);
    if (failed.length > 0) {
      const detail = `${failed.length} of ${outcomes.length} examples of the rule fail`;
      throw new Problem(422, 'rule.examplesFailed', detail, { examples: outcomes.map(toOutcomeBody) });
    }
    return { state, yaml, ruleVersion: rule.version };
  }

  async #save(version: Omit<NewRuleVersion, 'savedAt'>) {
    const saved = await this.versions.save({ ...version, savedAt: this.clock.now() });
    if (!saved.ok) {
      const { items } = await this.versions.history(version.ruleId, 1);
      const newest = items[0] ? toHeadBody(items[0]) : null;
      throw new Problem(409, saved.error.code, saved.error.detail, { newest });
    }
    // Whoever saved it sees it in force at once.
    await this.book.refresh();
    return toVersionBody(saved.value);
  }
}

/** One by one: a hundred examples of a thousand readings keep nobody else waiting. */
async function outcomesOf(rules: RuleSet): Promise<readonly ExampleOutcome[]> {
  const outcomes: ExampleOutcome[] = [];
  for (const outcome of eachExample(rules)) {
    outcomes.push(outcome);
    await takeTurn();
  }
  return outcomes;
}
