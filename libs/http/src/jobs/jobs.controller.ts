import { Controller, Get, Inject, Patch, Post, Res } from '@nestjs/common';
import { type Asset, DeviceRegistry } from '@stadtfunk/devices';
import { Clock } from '@stadtfunk/kernel';
import {
  HandoverRecords,
  type Job,
  type JobAction,
  type JobRefusal,
  MaintenanceStore,
  PhotoStore,
} from '@stadtfunk/maintenance';
import type { FastifyReply } from 'fastify';
import { Actor, Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { OrganisationInForce } from '../http-options.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { toPhotoBody } from '../photos/photo-mapping.ts';
import { requireCrew } from '../organisation/require-crew.ts';
import { found, Problem } from '../problem.ts';
import { toPage } from '../schemas.ts';
import { type Change, ChangeBy, ownJob, requestKeyOf } from './job-access.ts';
import { toJobAssetBody, toJobBody, toJobEventBody, toJobHandoverBody, toJobSelection } from './job-mapping.ts';
import {
  assignJob,
  cancelJob,
  commentJob,
  countJobs,
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

/** Systems that a job is handed over to. */
const MOST_HANDOVERS = 10;

@Controller('api/v1')
export class JobsController {
  constructor(
    @Inject(MaintenanceStore) private readonly maintenance: MaintenanceStore,
    @Inject(PhotoStore) private readonly photos: PhotoStore,
    @Inject(DeviceRegistry) private readonly registry: DeviceRegistry,
    @Inject(HandoverRecords) private readonly handovers: HandoverRecords,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(OrganisationInForce) private readonly inForce: OrganisationInForce,
  ) {}

  @Get('jobs')
  @Needs('jobs.read')
  @Operation(listJobs)
  async list(
    @Input() { query }: InputOf<typeof listJobs>,
    @Actor() actor: string,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof listJobs>> {
    const { order, limit, after, with: parts, ...sought } = query;
    const selection = toJobSelection(sought, { actor, departments, now: this.clock.now() });
    const page = await this.maintenance.listJobs({ ...selection, order, limit, ...(after !== undefined && { after }) });
    if (!parts?.includes('asset')) return toPage(page, toJobBody);
    const assets = await this.#assetsOf(page.items);
    return toPage(page, (job) => ({ ...toJobBody(job), asset: assetBodyOf(job, assets) }));
  }

  @Get('jobs/counts')
  @Needs('jobs.read')
  @Operation(countJobs)
  async count(
    @Input() { query }: InputOf<typeof countJobs>,
    @Actor() actor: string,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof countJobs>> {
    const now = this.clock.now();
    const { states, overdue } = await this.maintenance.countJobs(
      toJobSelection(query, { actor, departments, now }),
      now,
    );
    return { states: { ...states }, overdue };
  }

  @Get('jobs/:jobId')
  @Needs('jobs.read')
  @Operation(showJob)
  async show(
    @Input() { params: { jobId } }: InputOf<typeof showJob>,
    @Departments() departments: readonly string[] | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<typeof showJob>> {
    const job = await ownJob(this.maintenance, jobId, departments);
    const [assets, photos, handovers, history] = await Promise.all([
      this.#assetsOf([job]),
      this.photos.list(jobId),
      this.handovers.list({ jobId, limit: MOST_HANDOVERS }),
      this.maintenance.jobHistory(jobId),
    ]);
    reply.header('etag', `"${job.version}"`);
    return {
      ...toJobBody(job),
      asset: assetBodyOf(job, assets),
      photos: photos.map(toPhotoBody),
      handovers: handovers.items.map(toJobHandoverBody),
      history: history.map(toJobEventBody),
    };
  }

  @Post('jobs/:jobId/assign')
  @Needs('jobs.dispatch')
  @Operation(assignJob)
  assign(@Input() { params, body }: InputOf<typeof assignJob>, @ChangeBy() by: Change) {
    return this.#move(params.jobId, 'assign', by, body);
  }

  @Post('jobs/:jobId/delegate')
  @Needs('jobs.dispatch')
  @Operation(delegateJob)
  async delegate(
    @Input() { params: { jobId }, body }: InputOf<typeof delegateJob>,
    @ChangeBy() by: Change,
  ): Promise<AnswerOf<typeof delegateJob>> {
    if (body.crew) {
      const { department } = await ownJob(this.maintenance, jobId, by.departments);
      requireCrew(this.inForce.organisation, body.department ?? department, body.crew);
    }
    return this.#move(jobId, 'delegate', by, body);
  }

  @Post('jobs/:jobId/start')
  @Needs('jobs.work')
  @Operation(startJob)
  start(@Input() { params, body }: InputOf<typeof startJob>, @ChangeBy() by: Change) {
    return this.#move(params.jobId, 'start', by, body);
  }

  @Post('jobs/:jobId/wait')
  @Needs('jobs.work')
  @Operation(holdJob)
  hold(@Input() { params, body }: InputOf<typeof holdJob>, @ChangeBy() by: Change) {
    return this.#move(params.jobId, 'wait', by, body);
  }

  @Post('jobs/:jobId/done')
  @Needs('jobs.work')
  @Operation(finishJob)
  finish(@Input() { params, body }: InputOf<typeof finishJob>, @ChangeBy() by: Change) {
    return this.#move(params.jobId, 'done', by, body);
  }

  @Post('jobs/:jobId/cancel')
  @Needs('jobs.dispatch')
  @Operation(cancelJob)
  cancel(@Input() { params, body }: InputOf<typeof cancelJob>, @ChangeBy() by: Change) {
    return this.#move(params.jobId, 'cancel', by, body);
  }

  @Post('jobs/:jobId/reopen')
  @Needs('jobs.dispatch')
  @Operation(reopenJob)
  reopen(@Input() { params, body }: InputOf<typeof reopenJob>, @ChangeBy() by: Change) {
    return this.#move(params.jobId, 'reopen', by, body);
  }

  @Patch('jobs/:jobId')
  @Needs('jobs.dispatch')
  @Operation(editJob)
  async edit(
    @Input() { params: { jobId }, body }: InputOf<typeof editJob>,
    @ChangeBy() by: Change,
  ): Promise<AnswerOf<typeof editJob>> {
    await this.#requireOwn(jobId, by);
    return this.#answer(jobId, await this.maintenance.editJob({ jobId, ...this.#changeOf(by, 'edit', body), ...body }));
  }

  @Post('jobs/:jobId/comments')
  @Needs('jobs.work')
  @Operation(commentJob)
  async comment(
    @Input() { params: { jobId }, body }: InputOf<typeof commentJob>,
    @ChangeBy() by: Change,
  ): Promise<AnswerOf<typeof commentJob>> {
    await this.#requireOwn(jobId, by);
    const { actor, at, requestKey } = this.#changeOf(by, 'comment', body);
    return toJobBody(found(await this.maintenance.commentJob(jobId, actor, at, body.note, requestKey), 'job', jobId));
  }

  @Get('departments')
  @Needs('situation.read')
  @Operation(listDepartments)
  async departments(): Promise<AnswerOf<typeof listDepartments>> {
    const departments = await this.maintenance.listDepartments();
    return { items: departments.map(({ departmentId, name }) => ({ departmentId, name })), next: null };
  }

  async #move(jobId: string, action: JobAction, by: Change, details: MoveDetails) {
    await this.#requireOwn(jobId, by);
    const move = { jobId, action, ...this.#changeOf(by, action, details), ...details };
    return this.#answer(jobId, await this.maintenance.moveJob(move));
  }

  /** The version is not part of what a request says: a client that has heard of a newer one still asks for the same. */
  #changeOf(by: Change, what: string, details: object) {
    const { version: _seen, ...said } = details as { readonly version?: number };
    const { actor, version } = by;
    return { actor, at: this.clock.now(), ...(version !== undefined && { version }), ...requestKeyOf(by, what, said) };
  }

  async #requireOwn(jobId: string, { departments }: Change): Promise<void> {
    if (departments !== null) await ownJob(this.maintenance, jobId, departments);
  }

  async #assetsOf(jobs: readonly Job[]): Promise<ReadonlyMap<string, Asset>> {
    const assetIds = new Set(jobs.flatMap(({ assetId }) => assetId ?? []));
    const assets = await this.registry.findAssets([...assetIds]);
    return new Map(assets.map((asset) => [asset.assetId, asset]));
  }

  async #answer(jobId: string, outcome: Job | JobRefusal) {
    if (!('code' in outcome)) return toJobBody(outcome);
    if (outcome.code === 'job.unknown') throw new Problem(404, outcome.code, `there is no job '${jobId}'`);
    const isClash = outcome.code === 'job.conflict' || outcome.code === 'job.wrongState';
    const job = await this.maintenance.findJob(jobId);
    throw new Problem(isClash ? 409 : 422, outcome.code, outcome.detail, job ? { job: toJobBody(job) } : {});
  }
}

function assetBodyOf({ assetId }: Job, assets: ReadonlyMap<string, Asset>) {
  const asset = assetId === null ? undefined : assets.get(assetId);
  return asset ? toJobAssetBody(asset) : null;
}
