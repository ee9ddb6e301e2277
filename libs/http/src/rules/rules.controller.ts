import { Controller, Get, Inject } from '@nestjs/common';
import { RuleCatalogue } from '@stadtfunk/rules';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Operation } from '../operation.ts';
import { listRules } from './rule.schema.ts';

@Controller('api/v1/rules')
export class RulesController {
  constructor(@Inject(RuleCatalogue) private readonly rules: RuleCatalogue) {}

  @Get()
  @Needs('rules.read')
  @Operation(listRules)
  list(): AnswerOf<typeof listRules> {
    const items = this.rules.list().map(({ ruleId, version, title, mode, severity, assetTypes, jobKind }) => {
      return { ruleId, version, title, mode, severity, assetTypes: [...assetTypes], jobKind };
    });
    return { items, next: null };
  }
}
