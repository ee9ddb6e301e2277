import type { LookupFunction } from 'node:net';
import { Fault, type Clock } from '@stadtfunk/kernel';
import { ApiClient } from './api-client.ts';
import { authorizerOf } from './authorizer.ts';
import { HttpClient } from './http-client.ts';
import type { TargetPlan } from './plan.ts';
import { RestCaller } from './rest-caller.ts';
import { RestSystem } from './rest-system.ts';
import { secretNames, unusableSecrets, type Secrets } from './secrets.ts';
import { ServiceNow } from './service-now.ts';
import type { TicketSystem } from './ticket-system.ts';

export interface SystemOptions {
  readonly clock: Clock;
  readonly secrets: Secrets;
  /** Whether targets may be on this machine or in private networks; at link-local addresses never. */
  readonly allowPrivate: boolean;
  /** Where people find the console; null or unset: nowhere that others reach. */
  readonly link?: string | null;
  /** How names become addresses. */
  readonly lookup?: LookupFunction;
  /** Certificates to trust, PEM. Unset: those of the system and of NODE_EXTRA_CA_CERTS. */
  readonly ca?: string;
  readonly maxAnswerBytes?: number;
}

/** The system behind a target. Faults: `handover.url`, `handover.address`, `handover.secret`. */
export function ticketSystemOf(
  plan: TargetPlan,
  { clock, secrets, link = null, ...network }: SystemOptions,
): TicketSystem {
  const http = new HttpClient({ ...network, timeoutMs: plan.timeoutMs, insecure: plan.insecure });
  for (const url of urlsOf(plan)) http.checked(url);
  for (const name of secretNames(plan)) secrets(name);
  const client = new ApiClient(http, authorizerOf(plan.auth, secrets, http, clock), clock);
  if (plan.kind === 'servicenow') return new ServiceNow(plan, client);
  return new RestSystem(plan, new RestCaller(client, plan.headers, secrets), link);
}

/** Faults: `handover.secret`, which names all variables that are missing, and never what others hold. */
export function checkSecrets(
  targets: readonly TargetPlan[],
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const missing = [...new Set(targets.flatMap((target) => unusableSecrets(target, environment)))];
  if (missing.length === 0) return;
  throw new Fault('handover.secret', `not set, or with control characters: ${missing.join(', ')}`, false);
}

function urlsOf(plan: TargetPlan): readonly string[] {
  const token = plan.auth?.kind === 'oauth' && plan.auth.url !== null ? [plan.auth.url] : [];
  if (plan.kind === 'servicenow') return [plan.instance, ...token];
  const { make, change, find, changes, comments, photos } = plan;
  const calls = [make, change, find, changes, comments?.list, comments?.add, photos?.add, photos?.list, photos?.remove];
  return calls.flatMap((call) => (call ? [call.url] : [])).concat(token);
}
