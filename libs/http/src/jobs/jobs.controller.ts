import { Controller, Get, Headers, Inject, Patch, Post, Res } from '@nestjs/common';
import { Clock } from '@stadtfunk/kernel';
import { type Job, type JobAction, type JobRefusal, MaintenanceStore, PhotoStore } from '@stadtfunk/maintenance';
import type { FastifyReply } from 'fastify';
import { Actor } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { OrganisationInForce } from '../http-options.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { toPhotoBody } from '../photos/photo-mapping.ts';
import { requireCrew } from '../organisation/require-crew.ts';
import { found, Problem } from '../problem.ts';
import { toPage } from '../schemas.ts';
import { toJobBody, toJobEventBody, toJobFilter, versionOfEtag } from './job-mapping.ts';
import {
  assignJob,
  cancelJob,
  commentJob,
  delegateJob,
  editJob,
  finishJob,
  holdJob,
  listDepartments,
  listJobs,
  reopenJob,
  showJob,
  startJob,
} from './job.schema.ts';

interface MoveDetails {
  readonly assignee?: string;
  readonly department?: string;
  readonly crew?: string | null;
  readonly note?: string;
  readonly version?: number;
}

@Controller('api/v1')
export class JobsController {
  constructor(
    @Inject(MaintenanceStore) private readonly maintenance: MaintenanceStore,
    @Inject(PhotoStore) private readonly photos: PhotoStore,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(OrganisationInForce) private readonly inForce: OrganisationInForce,
  ) {}

  @Get('jobs')
  @Needs('jobs.read')
  @Operation(listJobs)
  async list(@Input() { query }: InputOf<typeof listJobs>): Promise<AnswerOf<typeof listJobs>> {
    return toPage(await this.maintenance.listJobs(toJobFilter(query)), toJobBody);
  }

  @Get('jobs/:jobId')
  @Needs('jobs.read')
  @Operation(showJob)
  async show(
    @Input() { params: { jobId } }: InputOf<typeof showJob>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<typeof showJob>> {
    const job = found(await this.maintenance.findJob(jobId), 'job', jobId);
    const [photos, history] = await Promise.all([this.photos.list(jobId), this.maintenance.jobHistory(jobId)]);
    reply.header('etag', `"${job.version}"`);
    return { ...toJobBody(job), photos: photos.map(toPhotoBody), history: history.map(toJobEventBody) };
  }

  @Post('jobs/:jobId/assign')
  @Needs('jobs.dispatch')
  @Operation(assignJob)
  assign(
    @Input() { params, body }: InputOf<typeof assignJob>,
    @Actor() actor: string,
    @Headers('if-match') match?: string,
  ) {
    return this.#move(params.jobId, 'assign', actor, body, match);
  }

  @Post('jobs/:jobId/delegate')
  @Needs('jobs.dispatch')
  @Operation(delegateJob)
  async delegate(
    @Input() { params: { jobId }, body }: InputOf<typeof delegateJob>,
    @Actor() actor: string,
    @Headers('if-match') match?: string,
  ): Promise<AnswerOf<typeof delegateJob>> {
    if (body.crew) {
      const department = body.department ?? found(await this.maintenance.findJob(jobId), 'job', jobId).department;
      requireCrew(this.inForce.organisation, department, body.crew);
    }
    return this.#move(jobId, 'delegate', actor, body, match);
  }

  @Post('jobs/:jobId/start')
  @Needs('jobs.work')
  @Operation(startJob)
  start(
    @Input() { params, body }: InputOf<typeof startJob>,
    @Actor() actor: string,
    @Headers('if-match') match?: string,
  ) {
    return this.#move(params.jobId, 'start', actor, body, match);
  }

  @Post('jobs/:jobId/wait')
  @Needs('jobs.work')
  @Operation(holdJob)
  hold(
    @Input() { params, body }: InputOf<typeof holdJob>,
    @Actor() actor: string,
    @Headers('if-match') match?: string,
  ) {
    return this.#move(params.jobId, 'wait', actor, body, match);
  }

  @Post('jobs/:jobId/done')
  @Needs('jobs.work')
  @Operation(finishJob)
  finish(
    @Input() { params, body }: InputOf<typeof finishJob>,
    @Actor() actor: string,
    @Headers('if-match') match?: string,
  ) {
    return this.#move(params.jobId, 'done', actor, body, match);
  }

  @Post('jobs/:jobId/cancel')
  @Needs('jobs.dispatch')
  @Operation(cancelJob)
  cancel(
    @Input() { params, body }: InputOf<typeof cancelJob>,
    @Actor() actor: string,
    @Headers('if-match') match?: string,
  ) {
    return this.#move(params.jobId, 'cancel', actor, body, match);
  }

  @Post('jobs/:jobId/reopen')
  @Needs('jobs.dispatch')
  @Operation(reopenJob)
  reopen(
    @Input() { params, body }: InputOf<typeof reopenJob>,
    @Actor() actor: string,
    @Headers('if-match') match?: string,
  ) {
    return this.#move(params.jobId, 'reopen', actor, body, match);
  }

  @Patch('jobs/:jobId')
  @Needs('jobs.dispatch')
  @Operation(editJob)
  async edit(
    @Input() { params: { jobId }, body }: InputOf<typeof editJob>,
    @Actor() actor: string,
    @Headers('if-match') match?: string,
  ): Promise<AnswerOf<typeof editJob>> {
    const edit = { jobId, actor, at: this.clock.now(), ...seenVersion(match), ...body };
    return this.#answer(jobId, await this.maintenance.editJob(edit));
  }

  @Post('jobs/:jobId/comments')
  @Needs('jobs.work')
  @Operation(commentJob)
  async comment(
    @Input() { params: { jobId }, body }: InputOf<typeof commentJob>,
    @Actor() actor: string,
  ): Promise<AnswerOf<typeof commentJob>> {
    const job = await this.maintenance.commentJob(jobId, actor, this.clock.now(), body.note);
    return toJobBody(found(job, 'job', jobId));
  }

  @Get('departments')
  @Needs('situation.read')
  @Operation(listDepartments)
  async departments(): Promise<AnswerOf<typeof listDepartments>> {
    const departments = await this.maintenance.listDepartments();
    return { items: departments.map(({ departmentId, name }) => ({ departmentId, name })), next: null };
  }

  async #move(jobId: string, action: JobAction, actor: string, details: MoveDetails, match: string | undefined) {
    const move = { jobId, action, actor, at: this.clock.now(), ...seenVersion(match), ...details };
    return this.#answer(jobId, await this.maintenance.moveJob(move));
  }

  async #answer(jobId: string, outcome: Job | JobRefusal) {
    if (!('code' in outcome)) return toJobBody(outcome);
    if (outcome.code === 'job.unknown') throw new Problem(404, outcome.code, `there is no job '${jobId}'`);
    const isClash = outcome.code === 'job.conflict' || outcome.code === 'job.wrongState';
    const job = await this.maintenance.findJob(jobId);
    throw new Problem(isClash ? 409 : 422, outcome.code, outcome.detail, job ? { job: toJobBody(job) } : {});
  }
}

function seenVersion(match: string | undefined): { readonly version?: number } {
  const version = versionOfEtag(match);
  return version === undefined ? {} : { version };
}
