import type { Config } from '@stadtfunk/config';
import type { Logger } from '@stadtfunk/observability';
import {
  compileRules,
  DEFAULT_RULES,
  describeProblem,
  RuleBook,
  type PassedOver,
  type RuleSet,
  type RuleSource,
  type RuleVersions,
} from '@stadtfunk/rules';
import { UserError } from './user-error.ts';
import { readRuleFiles } from './rule-files.ts';

/** Rules that were saved in another process are known this late at the latest, also when no notice comes. */
export const RULES_EVERY_MS = 2_000;

/** The rule files that the saved versions stand over. */
export interface RuleFiles {
  readonly sources: readonly RuleSource[];
  readonly rules: RuleSet;
}

/** The files of RULES_DIR, or the bundled ones. */
export async function ruleFilesInForce({ RULES_DIR }: Pick<Config, 'RULES_DIR'>): Promise<readonly RuleSource[]> {
  const sources = RULES_DIR ? await readRuleFiles([RULES_DIR]) : DEFAULT_RULES;
  // A wrong folder must not look like a city in which nothing is ever wrong.
  if (sources.length === 0) throw new UserError(`no rule files (*.yaml) in RULES_DIR ${RULES_DIR}`, 2);
  return sources;
}

/** The rules of these files. A broken file ends the start and says where it is broken. */
export async function readRules(config: Config): Promise<RuleFiles> {
  const { ZONE, FEDERAL_STATE } = config;
  const sources = await ruleFilesInForce(config);
  const compiled = compileRules(sources, { zone: ZONE, federalState: FEDERAL_STATE });
  if (compiled.ok) return { sources, rules: compiled.value };
  throw new UserError(['the rules are broken', ...compiled.error.map(describeProblem)].join('\n  '), 2);
}

/** The rules of these files and, over them, of the versions that were saved. */
export async function openRules(
  { sources, rules }: RuleFiles,
  versions: RuleVersions,
  logger: Logger,
): Promise<RuleBook> {
  const book = new RuleBook(sources, rules, versions);
  await book.refresh();
  tellPassedOver(book, logger);
  book.onChange(({ rules: inForce, version }) => {
    logger.info({ rules: inForce.length, version }, 'other rules are in force');
  });
  return book;
}

/** Takes what was saved, and says so if that cannot be known. What was in force stays so. */
export async function refreshRules(book: RuleBook, logger: Logger): Promise<void> {
  try {
    await book.refresh();
  } catch (fault) {
    logger.warn({ err: fault }, 'what rules were saved could not be read');
    return;
  }
  tellPassedOver(book, logger);
}

const told = new WeakSet<PassedOver>();

function tellPassedOver(book: RuleBook, logger: Logger): void {
  for (const passedOver of book.passedOver) {
    if (told.has(passedOver)) continue;
    told.add(passedOver);
    const { ruleId, number, problems } = passedOver;
    const reasons = problems.slice(0, 5).map(describeProblem);
    logger.warn({ ruleId, number, reasons }, 'a saved version of a rule cannot be read and is passed over');
  }
}
