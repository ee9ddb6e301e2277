import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { Clock } from '@stadtfunk/kernel';
import { SituationSource } from '@stadtfunk/maintenance';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { Operation } from '../operation.ts';
import { isoOf } from '../schemas.ts';
import { toSituationBody } from './situation-mapping.ts';
import { showSituation } from './situation.schema.ts';

const compress = promisify(gzip);
/** A city's worth compresses to a tenth at the lowest level already, and takes a third of the time of the usual one. */
const LEVEL = 1;

@Controller('api/v1/situation')
export class SituationController {
  constructor(
    @Inject(SituationSource) private readonly source: SituationSource,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get()
  @Needs('situation.read')
  @Operation(showSituation)
  async show(
    @Departments() departments: readonly string[] | null,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const assets = JSON.stringify((await this.source.read(departments)).map(toSituationBody));
    const etag = `"${createHash('sha256').update(assets).digest('base64url').slice(0, 22)}"`;
    // Kept by the browser, and asked for each time whether it still holds.
    void reply.headers({ etag, 'cache-control': 'private, no-cache', vary: 'accept-encoding' });
    if (request.headers['if-none-match'] === etag) {
      await reply.code(304).send();
      return;
    }
    const body = `{"at":"${isoOf(this.clock.now())}","assets":${assets}}`;
    void reply.type('application/json; charset=utf-8');
    if (!/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) {
      await reply.send(body);
      return;
    }
    await reply.header('content-encoding', 'gzip').send(await compress(body, { level: LEVEL }));
  }
}
