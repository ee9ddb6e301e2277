import { Controller, Get, Headers, Inject, Post, Res } from '@nestjs/common';
import { Clock } from '@stadtfunk/kernel';
import {
  dayAt,
  FillLevels,
  MOST_CANDIDATES,
  planTours as plan,
  routeLengthM,
  startOfDay,
  tourCalendarOf,
  type Tour,
  type TourPlan,
  type TourRefusal,
  TourStore,
} from '@stadtfunk/tours';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Actor, Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { HttpSettings, OrganisationInForce } from '../http-options.ts';
import { versionOfEtag } from '../jobs/job-mapping.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { requireCrew } from '../organisation/require-crew.ts';
import { found, Problem } from '../problem.ts';
import { toPage } from '../schemas.ts';
import { acceptedFormat, splitFormat } from './tour-format.ts';
import { toPoint, toPosition, toTourBody } from './tour-mapping.ts';
import { assignTour, cancelTour, listTours, planTours, previewTours, showTour } from './tour.schema.ts';

/** Half a day after a day begins is when its fill levels are wanted. */
const HALF_A_DAY_MS = 12 * 3_600_000;

@Controller('api/v1/tours')
export class ToursController {
  constructor(
    @Inject(TourStore) private readonly tours: TourStore,
    @Inject(FillLevels) private readonly fillLevels: FillLevels,
    @Inject(OrganisationInForce) private readonly inForce: OrganisationInForce,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Post('preview')
  @Needs('tours.plan')
  @Operation(previewTours)
  async preview(
    @Input() { body }: InputOf<typeof previewTours>,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof previewTours>> {
    requireOwn(body.department, departments);
    const { tours, left } = await this.#plan(body);
    return {
      tours: tours.map(({ area, stops, depot }) => ({
        area,
        length: Math.round(
          routeLengthM(
            stops.map(({ position }) => position),
            { start: depot, end: depot },
          ),
        ),
        stops: stops.map(({ position, ...stop }) => ({ ...stop, location: toPoint(position) })),
      })),
      left: [...left],
    };
  }

  @Post()
  @Needs('tours.plan')
  @Operation(planTours)
  async plan(
    @Input() { body }: InputOf<typeof planTours>,
    @Actor() actor: string,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof planTours>> {
    requireOwn(body.department, departments);
    const { tours, left } = await this.#plan(body);
    const saved = await this.tours.save({ tours, actor, at: this.clock.now(), today: this.#today() });
    if ('code' in saved) throw new Problem(409, saved.code, saved.detail);
    return { tours: saved.map(toTourBody), left: [...left] };
  }

  @Get()
  @Needs('tours.read')
  @Operation(listTours)
  async list(
    @Input() { query: { day, ...filter } }: InputOf<typeof listTours>,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof listTours>> {
    const own = { ...(departments && { departments }), ...(day !== undefined && { serviceDay: day }) };
    return toPage(await this.tours.list({ ...filter, ...own }), toTourBody);
  }

  @Get(':tourId')
  @Needs('tours.read')
  @Operation(showTour)
  async show(
    @Input() { params, query: { language } }: InputOf<typeof showTour>,
    @Headers('accept') accept: string | undefined,
    @Departments() departments: readonly string[] | null,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { tourId, format = acceptedFormat(accept) } = splitFormat(params.tourId);
    const tour = await this.#own(tourId, departments);
    reply.header('etag', `"${tour.version}"`).header('vary', 'accept');
    if (!format) {
      await reply.send(toTourBody(tour));
      return;
    }
    const name = `tour-${tour.number}-${tour.serviceDay}.${format.extension}`;
    await reply
      .header('content-disposition', `attachment; filename="${name}"`)
      .type(format.mediaType)
      .send(format.write(tour, language, this.settings.zone));
  }

  @Post(':tourId/assign')
  @Needs('tours.plan')
  @Operation(assignTour)
  async assign(
    @Input() { params: { tourId }, body }: InputOf<typeof assignTour>,
    @Actor() actor: string,
    @Departments() departments: readonly string[] | null,
    @Headers('if-match') match?: string,
  ): Promise<AnswerOf<typeof assignTour>> {
    const { department } = await this.#own(tourId, departments);
    if (body.crew !== undefined) requireCrew(this.inForce.organisation, department, body.crew);
    const change = { tourId, actor, at: this.clock.now(), ...seenVersion(match), ...body };
    return this.#answer(tourId, await this.tours.assign(change));
  }

  @Post(':tourId/cancel')
  @Needs('tours.plan')
  @Operation(cancelTour)
  async cancel(
    @Input() { params: { tourId }, body }: InputOf<typeof cancelTour>,
    @Actor() actor: string,
    @Departments() departments: readonly string[] | null,
    @Headers('if-match') match?: string,
  ): Promise<AnswerOf<typeof cancelTour>> {
    await this.#own(tourId, departments);
    const change = { tourId, actor, at: this.clock.now(), ...seenVersion(match), ...body };
    return this.#answer(tourId, await this.tours.cancel(change));
  }

  async #plan(body: z.output<(typeof planTours)['body']>): Promise<TourPlan> {
    const { department, day, by, near, tours, stops, containers = null, ahead } = body;
    const { zone } = this.settings;
    if (day < this.#today()) throw new Problem(422, 'tour.dayOver', `${day} is over`);
    // What is too much shall show as left over.
    const candidates = await this.tours.candidates(department, this.#today(), 2 * MOST_CANDIDATES);
    const assetIds = candidates.flatMap(({ assetId }) => (assetId === null ? [] : [assetId]));
    const levels = await this.fillLevels.at([...new Set(assetIds)], startOfDay(day, zone) + HALF_A_DAY_MS);
    const calendar = tourCalendarOf(this.inForce.organisation, department);
    const { serviceDays, isHoliday } = calendar;
    const depot = body.depot === undefined ? calendar.depot : body.depot && toPosition(body.depot);
    const request = { department, serviceDay: day, zone, serviceDays, isHoliday, by, nearM: near, tours, depot, ahead };
    return plan(candidates, levels, { ...request, capacity: { stops, containers } });
  }

  /** The tour, or that there is none: one of another department is not known to whoever has nothing to do with it. */
  async #own(tourId: string, departments: readonly string[] | null): Promise<Tour> {
    const tour = await this.tours.find(tourId);
    const isOwn = tour && (departments === null || departments.includes(tour.department));
    return found(isOwn ? tour : undefined, 'tour', tourId);
  }

  #today(): string {
    return dayAt(this.clock.now(), this.settings.zone);
  }

  async #answer(tourId: string, outcome: Tour | TourRefusal) {
    if (!('code' in outcome)) return toTourBody(outcome);
    if (outcome.code === 'tour.unknown') throw new Problem(404, outcome.code, `there is no tour '${tourId}'`);
    const tour = await this.tours.find(tourId);
    throw new Problem(409, outcome.code, outcome.detail, tour ? { tour: toTourBody(tour) } : {});
  }
}

function requireOwn(department: string, departments: readonly string[] | null): void {
  if (departments === null || departments.includes(department)) return;
  throw new Problem(403, 'access.department', `you may not plan tours of '${department}'`);
}

function seenVersion(match: string | undefined): { readonly version?: number } {
  const version = versionOfEtag(match);
  return version === undefined ? {} : { version };
}
