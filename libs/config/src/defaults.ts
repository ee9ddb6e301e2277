import { ENVIRONMENT } from './config.ts';

/** The default of every variable, as it would be set in the environment; empty where there is none. */
export function environmentDefaults(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(ENVIRONMENT.shape).map(([name, schema]) => {
      const parsed = schema.safeParse(undefined);
      return [name, parsed.success ? textOf(parsed.data) : ''];
    }),
  );
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
