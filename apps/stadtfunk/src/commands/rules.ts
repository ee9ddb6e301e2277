import { compileRules, DEFAULT_RULES, describeProblem } from '@stadtfunk/rules';
import type { Command } from 'commander';
import { readRuleFiles, UserError } from '@stadtfunk/platform';
import { printJson, printLine, printTable } from './output.ts';

export function rulesCommands(program: Command): void {
  const rules = program.command('rules').description('work with rule files');
  rules
    .command('check')
    .description('check rule files; names file, line and what was expected')
    .argument('[paths...]', 'files, or folders with *.yaml (default: the bundled rules)')
    .option('--json', 'print JSON')
    .action(async (paths: string[], options: { json?: boolean }) => {
      const sources = paths.length > 0 ? await readRuleFiles(paths) : DEFAULT_RULES;
      if (sources.length === 0) throw new UserError(`no rule files (*.yaml) in ${paths.join(', ')}`);
      const compiled = compileRules(sources);
      const problems = compiled.ok ? [] : compiled.error;
      const found = compiled.ok ? compiled.value.rules : [];
      if (options.json) {
        printJson({ ok: compiled.ok, problems, rules: found.map(({ id, version }) => ({ ruleId: id, version })) });
      } else {
        for (const problem of problems) printLine(describeProblem(problem));
        printTable(found.map(({ id, version, severity, title }) => [id, version, severity, title.en]));
        printLine(compiled.ok ? `${found.length} rules are fine` : `${problems.length} problems`);
      }
      if (!compiled.ok) process.exitCode = 1;
    });
}
