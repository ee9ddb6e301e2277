import { Controller, Get, Inject, Post } from '@nestjs/common';
import { DEFAULT_DEPARTMENT } from '@stadtfunk/devices';
import { Clock } from '@stadtfunk/kernel';
import { EscalationRecords, MaintenanceStore, RoutedJobs } from '@stadtfunk/maintenance';
import {
  dutiesFrom,
  dutyAt,
  jobsElsewhere,
  planJob,
  quietUntil,
  readOrganisation,
  type Duty,
  type Organisation,
  type OrganisedDepartment,
} from '@stadtfunk/organisation';
import { Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { ownAlert } from '../alerts/alert-access.ts';
import { OrganisationInForce } from '../http-options.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { found, Problem } from '../problem.ts';
import { isoOf, isoOrNull } from '../schemas.ts';
import { toEscalationBody, withoutAddresses } from './escalation-mapping.ts';
import {
  dryRunRouting,
  listEscalations,
  listJobEscalations,
  showOrganisation,
  showRota,
} from './organisation.schema.ts';

/** Whom a device without an asset belongs to. */
const DEVICE_DEPARTMENT = 'iot';

@Controller('api/v1')
export class OrganisationController {
  constructor(
    @Inject(OrganisationInForce) private readonly inForce: OrganisationInForce,
    @Inject(RoutedJobs) private readonly routedJobs: RoutedJobs,
    @Inject(EscalationRecords) private readonly escalations: EscalationRecords,
    @Inject(MaintenanceStore) private readonly maintenance: MaintenanceStore,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get('organisation')
  @Needs('situation.read')
  @Operation(showOrganisation)
  show(@Departments() own: readonly string[] | null): AnswerOf<typeof showOrganisation> {
    const { organisation } = this.inForce;
    const now = this.clock.now();
    const departments = visible(organisation, own).map((department) => toDepartmentBody(organisation, department, now));
    return { version: organisation.version, zone: organisation.zone, departments };
  }

  @Get('rotas/:rotaId')
  @Needs('situation.read')
  @Operation(showRota)
  rota(
    @Input() { params: { rotaId }, query }: InputOf<typeof showRota>,
    @Departments() own: readonly string[] | null,
  ): AnswerOf<typeof showRota> {
    const { organisation } = this.inForce;
    const isOwn = own === null || visible(organisation, own).some((department) => department.rotaId === rotaId);
    const rota = found(isOwn ? organisation.rotas.get(rotaId) : undefined, 'rota', rotaId);
    const duties = dutiesFrom(rota, query.at ?? this.clock.now(), query.limit);
    return { items: duties.map((duty) => toDutyBody(organisation, duty)), next: null };
  }

  @Get('alerts/:alertId/escalations')
  @Needs('alerts.read')
  @Operation(listEscalations)
  async told(
    @Input() { params: { alertId } }: InputOf<typeof listEscalations>,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof listEscalations>> {
    await ownAlert(this.maintenance, alertId, departments);
    const steps = await this.escalations.told(alertId);
    return { items: steps.map(toEscalationBody), next: null };
  }

  @Get('jobs/:jobId/escalations')
  @Needs('jobs.read')
  @Operation(listJobEscalations)
  async toldOfJob(
    @Input() { params: { jobId } }: InputOf<typeof listJobEscalations>,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof listJobEscalations>> {
    const job = await this.maintenance.findJob(jobId);
    found(departments === null || (job && departments.includes(job.department)) ? job : undefined, 'job', jobId);
    const steps = await this.escalations.toldOverdue(jobId);
    const items = steps.map(({ step, overdueAt, at, department, to }) => {
      return { step, overdueAt: isoOf(overdueAt), at: isoOf(at), department, to: withoutAddresses(to) };
    });
    return { items, next: null };
  }

  @Post('routing/dry-run')
  @Needs('jobs.dispatch', 'everywhere')
  @Operation(dryRunRouting)
  async dryRun(@Input() { body }: InputOf<typeof dryRunRouting>): Promise<AnswerOf<typeof dryRunRouting>> {
    const organisation = body.file === undefined ? this.inForce.organisation : this.#read(body.file);
    const job = body.job ? this.#plan(organisation, body.job) : null;
    if (body.last === undefined) return { job, last: null };
    const jobs = await this.routedJobs.latest(body.last);
    const delegated = jobs.filter(({ isDelegated }) => isDelegated).length;
    return { job, last: { looked: jobs.length, delegated, moved: [...jobsElsewhere(organisation, jobs)] } };
  }

  #read(text: string): Organisation {
    const { zone, federalState } = this.inForce.organisation;
    const read = readOrganisation({ file: 'organisation.yaml', text }, { zone, federalState });
    if (read.ok) return read.value;
    const errors = read.error.map(({ line, path, expected, found }) => {
      return { path: `line ${line}: ${path}`, message: `expected ${expected}, found ${found}` };
    });
    throw new Problem(422, 'organisation.broken', `the file has ${errors.length} mistakes`, { errors });
  }

  #plan(organisation: Organisation, job: NonNullable<InputOf<typeof dryRunRouting>['body']['job']>) {
    const { type = null, district = null, severity, kind, priority, at = this.clock.now() } = job;
    const department = job.department ?? (type === null ? DEVICE_DEPARTMENT : DEFAULT_DEPARTMENT[type]);
    const facts = { type, district, severity, kind, priority, department };
    const planned = planJob(organisation, facts, at, null);
    return { ...planned, dueAt: isoOrNull(planned.dueAt) };
  }
}

/** Who is on call elsewhere is nobody's business. */
function visible({ departments }: Organisation, own: readonly string[] | null): OrganisedDepartment[] {
  return [...departments.values()].filter(({ departmentId }) => own === null || own.includes(departmentId));
}

function toDepartmentBody(organisation: Organisation, department: OrganisedDepartment, now: number) {
  const { departmentId, name, crews, rotaId, leadId, serviceDays, depot } = department;
  const rota = rotaId === null ? undefined : organisation.rotas.get(rotaId);
  const duty = rota ? dutyAt(rota, now) : null;
  const lead = leadId === null ? undefined : organisation.people.get(leadId);
  const quiet = department.quietHours ?? organisation.quietHours;
  return {
    departmentId,
    name,
    crews: crews.map(({ crewId, name: crewName }) => ({ crewId, name: crewName })),
    rotaId,
    lead: lead ? { personId: lead.personId, name: lead.name } : null,
    onCall: duty && toDutyBody(organisation, duty),
    quietUntil: isoOrNull(quiet && quietUntil(quiet, now)),
    serviceDays: serviceDays.map(({ weekdays, districts }) => {
      return { weekdays: [...weekdays], districts: districts && [...districts] };
    }),
    depot: depot && { latitude: depot.latitude, longitude: depot.longitude },
  };
}

function toDutyBody({ people }: Organisation, { personId, from, until, isOverride }: Duty) {
  const name = people.get(personId)?.name ?? personId;
  return { personId, name, from: isoOf(from), until: isoOf(until), standsIn: isOverride };
}
