import { parseConfig, type Config } from '@stadtfunk/config';
import { describe, expect, it } from 'vitest';
import { checkRoles, isWhole, letsIn, parseRoles, ROLES } from './roles.ts';

function config(environment: Record<string, string> = {}): Config {
  const parsed = parseConfig(environment);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
}
const SERVERS = { DATABASE_URL: 'postgres://127.0.0.1/records', REDIS_URL: 'redis://127.0.0.1' };

describe('roles', () => {
  it('are all of them unless some are named', () => {
    expect([...parseRoles(undefined)]).toEqual(ROLES);
    expect([...parseRoles(' ')]).toEqual(ROLES);
    expect([...parseRoles('rules, ingest,rules')]).toEqual(['rules', 'ingest']);
  });

  it('that do not exist are refused with those that do', () => {
    expect(() => parseRoles('ingest,cook')).toThrow('no such role: cook; there are broker, bridge');
  });

  it('that are not whole by themselves need PostgreSQL and Redis', () => {
    expect(() => checkRoles(parseRoles('ingest'), config())).toThrow('set DATABASE_URL and REDIS_URL');
    const { REDIS_URL } = SERVERS;
    expect(() => checkRoles(parseRoles('broker,api'), config({ REDIS_URL }))).toThrow('set DATABASE_URL,');
    expect(() => checkRoles(parseRoles('ingest'), config(SERVERS))).not.toThrow();
  });

  it('that are whole by themselves need no server', () => {
    expect(() => checkRoles(parseRoles(undefined), config())).not.toThrow();
    expect(() => checkRoles(parseRoles('broker,ingest,rules,jobs,api'), config())).not.toThrow();
    expect(isWhole(parseRoles('ingest,rules,jobs,api'))).toBe(false);
  });

  it('of a bridge alone need a broker to take uplinks from', () => {
    expect(() => checkRoles(parseRoles('bridge'), config(SERVERS))).toThrow('MQTT_URL');
    const MQTT_URL = 'mqtt://127.0.0.1';
    expect(() => checkRoles(parseRoles('bridge'), config({ ...SERVERS, MQTT_URL }))).not.toThrow();
    expect([letsIn(parseRoles('bridge')), letsIn(parseRoles('api,jobs'))]).toEqual([true, false]);
  });
});
