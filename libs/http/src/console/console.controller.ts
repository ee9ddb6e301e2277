import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Needs, Open } from '../access/needs.ts';
import { HttpSettings } from '../http-options.ts';
import { type AnswerOf, Operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { showBaseMap, showConsoleSettings } from './console-settings.schema.ts';

@Controller('api/v1')
export class ConsoleController {
  constructor(@Inject(HttpSettings) private readonly settings: HttpSettings) {}

  @Get('console-settings')
  @Open()
  @Operation(showConsoleSettings)
  async show(): Promise<AnswerOf<typeof showConsoleSettings>> {
    const { console, zone } = this.settings;
    const hasSchematic = (await console.schematicMap()) !== undefined;
    return {
      zone,
      map: { url: console.mapUrl, attribution: console.mapAttribution, schematic: hasSchematic },
      links: {
        accessibilityFeedback: console.accessibilityFeedbackUrl,
        legalNotice: console.legalNoticeUrl,
        privacy: console.privacyUrl,
      },
    };
  }

  @Get('base-map')
  @Needs('situation.read')
  @Operation(showBaseMap)
  async baseMap(@Res() reply: FastifyReply): Promise<void> {
    const map = await this.settings.console.schematicMap();
    if (map === undefined) throw new Problem(404, 'baseMap.unknown', 'this installation has no schematic base map');
    await reply.type('application/geo+json').send(map);
  }
}
