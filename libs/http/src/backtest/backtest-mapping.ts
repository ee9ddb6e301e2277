import type { BacktestRefusal, BacktestRequest } from '@stadtfunk/backtest';
import { describeProblem, type RuleSource } from '@stadtfunk/rules';
import type { InputOf } from '../operation.ts';
import { Problem } from '../problem.ts';
import type { runBacktest } from './backtest.schema.ts';

type Body = InputOf<typeof runBacktest>['body'];

export function toBacktestRequest({ asset, type, district, ...body }: Body): BacktestRequest {
  return {
    rules: toSources(body.rules),
    against: body.against,
    from: body.from,
    to: body.to,
    warmUpMs: body.warmUp,
    mostAlerts: body.alerts,
    ...(asset !== undefined && { assetId: asset }),
    ...(type !== undefined && { type }),
    ...(district !== undefined && { district }),
  };
}

function toSources(rules: Body['rules']): readonly RuleSource[] {
  return typeof rules === 'string' ? [{ file: 'rules', text: rules }] : rules;
}

const STATUS: Readonly<Record<string, number>> = { 'rules.invalid': 400, 'backtest.busy': 429 };

/** Every mistake of the rules is named with its file, line and column. */
export function toProblem({ code, detail, problems = [] }: BacktestRefusal): Problem {
  const errors = problems.map((problem) => ({ path: 'body.rules', message: describeProblem(problem) }));
  const extensions = problems.length > 0 ? { errors, problems } : {};
  const headers = code === 'backtest.busy' ? { 'retry-after': '10' } : {};
  return new Problem(STATUS[code] ?? 422, code, detail, extensions, headers);
}
