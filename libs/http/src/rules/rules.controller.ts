import { Controller, Get, Inject, Post } from '@nestjs/common';
import { DAY_MS, Clock } from '@stadtfunk/kernel';
import { plainRule, RULE_FILE_SCHEMA, RuleBook, RuleVersions, type RuleActivity } from '@stadtfunk/rules';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { found } from '../problem.ts';
import { countsOf, toHeadBody, toProblemBodies, toRuleBody, toVersionBody } from './rule-mapping.ts';
import { checkRule, listRules, listRuleVersions, readRule, readRuleSchema, readRuleVersion } from './rule.schema.ts';

/** What counts as lately. */
const LATELY_MS = 7 * DAY_MS;

@Controller('api/v1/rules')
export class RulesController {
  constructor(
    @Inject(RuleBook) private readonly book: RuleBook,
    @Inject(RuleVersions) private readonly versions: RuleVersions,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get()
  @Needs('rules.read')
  @Operation(listRules)
  async list(): Promise<AnswerOf<typeof listRules>> {
    const [activity, heads] = await Promise.all([this.#activity(), this.versions.newest()]);
    const newest = new Map(heads.map((head) => [head.ruleId, head]));
    const items = [...this.book.inForce].map(([id, inForce]) =>
      toRuleBody(inForce, this.book, activity.get(id), newest.get(id)),
    );
    const resting = heads
      .filter(({ ruleId, state }) => !this.book.inForce.has(ruleId) && state !== 'file')
      .map(async (head) => ({ ...toHeadBody(head), title: await this.#titleOf(head.ruleId, head.number) }));
    return { items, next: null, resting: await Promise.all(resting) };
  }

  @Get('schema')
  @Needs('rules.read')
  @Operation(readRuleSchema)
  schema(): AnswerOf<typeof readRuleSchema> {
    return RULE_FILE_SCHEMA as AnswerOf<typeof readRuleSchema>;
  }

  @Post('check')
  @Needs('rules.write')
  @Operation(checkRule)
  check(@Input() { body: { yaml } }: InputOf<typeof checkRule>): AnswerOf<typeof checkRule> {
    const rule = plainRule(yaml);
    const read = this.book.check(yaml);
    if (!read.ok) return { problems: toProblemBodies(read.error), ruleId: null, version: null, rule, examples: 0 };
    const { id: ruleId, version, examples } = read.value;
    return { problems: [], ruleId, version, rule, examples: examples.length };
  }

  @Get(':ruleId')
  @Needs('rules.read')
  @Operation(readRule)
  async read(@Input() { params: { ruleId } }: InputOf<typeof readRule>): Promise<AnswerOf<typeof readRule>> {
    const [activity, history] = await Promise.all([this.#activity(), this.versions.history(ruleId, 1)]);
    const [head] = history.items;
    const newest = head && (await this.versions.find(ruleId, head.number));
    const inForce = this.book.inForce.get(ruleId);
    const files = this.book.base.get(ruleId);
    const yaml = found(inForce?.yaml ?? newest?.yaml ?? files?.yaml, 'rule', ruleId);
    const passedOver = this.book.passedOver.find((each) => each.ruleId === ruleId);
    return {
      ruleId,
      mode: inForce ? (inForce.rule.mode ?? 'live') : null,
      title: inForce?.rule.title ?? titleIn(yaml),
      version: inForce?.rule.version ?? null,
      number: inForce?.number ?? null,
      newest: newest?.number ?? 0,
      yaml,
      rule: plainRule(yaml),
      inFiles: files ? { yaml: files.yaml, version: files.rule.version } : null,
      draft: newest?.state === 'draft' ? toVersionBody(newest) : null,
      passedOver: passedOver ? { number: passedOver.number, problems: toProblemBodies(passedOver.problems) } : null,
      ...countsOf(ruleId, this.book, activity.get(ruleId)),
    };
  }

  @Get(':ruleId/versions')
  @Needs('rules.read')
  @Operation(listRuleVersions)
  async history(
    @Input() { params, query }: InputOf<typeof listRuleVersions>,
  ): Promise<AnswerOf<typeof listRuleVersions>> {
    const { items, next } = await this.versions.history(params.ruleId, query.limit, query.after);
    return { items: items.map(toHeadBody), next: next === null ? null : String(next) };
  }

  @Get(':ruleId/versions/:number')
  @Needs('rules.read')
  @Operation(readRuleVersion)
  async version(@Input() { params }: InputOf<typeof readRuleVersion>): Promise<AnswerOf<typeof readRuleVersion>> {
    const { ruleId, number } = params;
    return toVersionBody(found(await this.versions.find(ruleId, number), 'version', `${ruleId}/${number}`));
  }

  async #activity(): Promise<ReadonlyMap<string, RuleActivity>> {
    const activity = await this.versions.activity(this.clock.now() - LATELY_MS);
    return new Map(activity.map((each) => [each.ruleId, each]));
  }

  async #titleOf(ruleId: string, number: number) {
    const version = await this.versions.find(ruleId, number);
    return version ? titleIn(version.yaml) : null;
  }
}

/** The title that a text may have, which may be broken in any way. */
function titleIn(yaml: string): { de: string; en: string } | null {
  const title = plainRule(yaml)?.['title'];
  if (typeof title !== 'object' || title === null) return null;
  const { de, en } = title as { de?: unknown; en?: unknown };
  return typeof de === 'string' && typeof en === 'string' ? { de, en } : null;
}
