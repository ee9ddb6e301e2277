import { Fault } from '@stadtfunk/kernel';
import type { AuthPlan, TargetPlan } from './plan.ts';

/** What environment variables hold, by their names. */
export type Secrets = (name: string) => string;

/** The variables that a target needs. */
export function secretNames(plan: TargetPlan): readonly string[] {
  const { auth, status } = plan;
  const headers = plan.kind === 'rest' ? Object.values(plan.headers) : [];
  const names = [
    ...authNames(auth),
    ...(status.receive ? [status.receive.secret] : []),
    ...headers.flatMap((header) => ('env' in header ? [header.env] : [])),
  ];
  return [...new Set(names)];
}

/** Those of them that are not set, or hold what no header may. */
export function unusableSecrets(
  plan: TargetPlan,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return secretNames(plan).filter((name) => {
    const value = environment[name] ?? '';
    return value === '' || /\p{Cc}/u.test(value);
  });
}

export function secretsOf(environment: Readonly<Record<string, string | undefined>>): Secrets {
  return (name) => {
    const value = environment[name];
    if (value === undefined || value === '') throw new Fault('handover.secret', `${name} is not set`, false);
    return value;
  };
}

function authNames(auth: AuthPlan | null): readonly string[] {
  if (!auth) return [];
  return auth.kind === 'basic' ? [auth.user, auth.password] : [auth.clientId, auth.clientSecret];
}
