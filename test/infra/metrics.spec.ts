import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startMosquitto, type MosquittoServer } from '@stadtfunk/mqtt/testing';
import { startPostgres, type PostgresServer } from '@stadtfunk/postgres/testing';
import { startRedis, type RedisServer } from '@stadtfunk/redis/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';
import { readYaml, repository, run } from './tools.ts';

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

const DASHBOARDS = 'infra/grafana/dashboards';
/** As Grafana fills it in. */
const inRange = (expression: string) => expression.replaceAll('$__rate_interval', '1m');
/** Names in an expression that are metrics: ours, and those that prom-client counts of a Node process. */
const metricsIn = (expression: string) =>
  [...expression.matchAll(/\b(?:stadtfunk|process|nodejs)_\w+/g)].map(([name]) => name);

describe('the dashboard and the alert rules', () => {
  const panels = readdirSync(join(repository, DASHBOARDS)).flatMap(
    (name) =>
      (JSON.parse(readFileSync(join(repository, DASHBOARDS, name), 'utf8')) as { readonly panels: readonly Panel[] })
        .panels,
  );
  const shown = panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ title, expr: inRange(expr) })),
  );
  const alerts = readYaml<{ groups: { rules: { alert: string; expr: string }[] }[] }>(
    'infra/prometheus/stadtfunk.rules.yml',
  ).groups.flatMap(({ rules }) => rules);

  let postgres: PostgresServer;
  let redis: RedisServer;
  let mosquitto: MosquittoServer;
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let platform: PlatformProcess | undefined;
  let served = '';

  beforeAll(async () => {
    [postgres, redis, mosquitto, folder] = await Promise.all([
      startPostgres(),
      startRedis(),
      startMosquitto(),
      makeDataDir(),
    ]);
    platform = await PlatformProcess.start(folder.dataDir, {
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      MQTT_URL: mosquitto.url,
      METRICS_TOKEN: 'a token of Prometheus',
    });
    const answer = await fetch(new URL('/metrics', platform.apiUrl), {
      headers: { authorization: 'Bearer a token of Prometheus' },
    });
    expect(answer.status).toBe(200);
    served = await answer.text();
  });
  afterAll(async () => {
    await platform?.stop();
    await Promise.all([postgres.stop(), redis.stop(), mosquitto.stop()]);
    await folder.remove();
  });

  it('ask only for metrics that a process with all roles serves', () => {
    // The lines of a metric with labels are there only once it has counted something.
    const names = new Set(
      [...served.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name, type]) =>
        type === 'histogram' || type === 'summary' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name!],
      ),
    );
    const asked = [...shown.map(({ expr }) => expr), ...alerts.map(({ expr }) => expr)].flatMap(metricsIn);
    expect(asked.length).toBeGreaterThan(40);
    expect([...new Set(asked)].filter((name) => !names.has(name))).toEqual([]);
  });

  it('learn of uplinks that were lost, until somebody removes the notice', async () => {
    const lost = async () => {
      const answer = await fetch(new URL('/metrics', platform!.apiUrl));
      const ready = (await (await fetch(new URL('/health/ready', platform!.apiUrl))).json()) as { notices?: string[] };
      return [/^stadtfunk_forwarder_lost (\d+)$/m.exec(await answer.text())?.[1], ready.notices?.join() ?? ''];
    };
    const notice = join(folder.dataDir, 'uplinks-lost.json');
    const at = '2026-11-22T21:00:00.000Z';
    writeFileSync(notice, JSON.stringify({ uplinks: 120, firstAt: at, lastAt: at }));
    expect(await lost()).toEqual(['120', expect.stringContaining('120 acknowledged uplinks were lost in Redis')]);
    rmSync(notice);
    expect(await lost()).toEqual(['0', '']);
  });

  it('show every metric of our own somewhere', () => {
    const own = [...served.matchAll(/^# TYPE (stadtfunk_\w+) (\w+)$/gm)].map(([, name, type]) =>
      type === 'histogram' ? `${name}_bucket` : name!,
    );
    const asked = new Set(shown.flatMap(({ expr }) => metricsIn(expr)));
    expect(own.filter((name) => !asked.has(name))).toEqual([]);
  });

  it('hold expressions that Prometheus understands', () => {
    const file = join(folder.dataDir, 'panels.rules.yml');
    // promtool reads expressions in rules only.
    const rules = shown.map(({ expr }, index) => ({ record: `panel:${index}`, expr }));
    const check = (what: object[]) => {
      writeFileSync(file, stringify({ groups: [{ name: 'panels', rules: what }] }));
      return run('promtool', ['check', 'rules', file]);
    };
    const { status, output } = check(rules);
    expect(status, output).toBe(0);
    expect(check([{ record: 'panel:0', expr: 'rate(stadtfunk_log_bytes[1m]' }]).status).not.toBe(0);
  });

  it('has panels that lie beside each other, with ids of their own and the data source that is provisioned', () => {
    const { datasources } = readYaml<{ datasources: { uid: string }[] }>(
      'infra/grafana/provisioning/datasources/prometheus.yaml',
    );
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { targets = [] } of panels) {
      for (const { datasource } of targets) expect(datasource.uid).toBe(datasources[0]!.uid);
    }
    const cells = panels.flatMap(({ title, gridPos: { x, y, w, h } }) => {
      expect(x + w, title).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
  });
});
