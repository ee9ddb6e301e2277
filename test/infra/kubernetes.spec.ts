import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '@stadtfunk/config';
import { ROLES } from '@stadtfunk/platform';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type Manifest, type PodSpec, schemaProblems, typeProblems } from './kubernetes-schema.ts';
import { defaultOf, repository, run, variables } from './tools.ts';

const FOLDER = 'infra/kubernetes';
const INTAKES = ['broker', 'bridge'];

describe('the Kubernetes manifests', () => {
  let manifests: readonly Manifest[];
  const example = manifestsIn(readFileSync(join(repository, FOLDER, 'secrets.example.yaml'), 'utf8'));
  const ofKind = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);
  const named = (kind: string, name: string) => {
    const found = ofKind(kind).find(({ metadata }) => metadata.name === name);
    if (!found) throw new Error(`there is no ${kind} ${name}`);
    return found;
  };
  const workload = (role: string) => named(INTAKES.includes(role) ? 'StatefulSet' : 'Deployment', role);
  const pod = (role: string): PodSpec => workload(role).spec!.template!.spec;
  const labelsOf = (role: string) => workload(role).spec!.template!.metadata.labels!;
  const podsWith = (selector: Readonly<Record<string, string>>) =>
    ROLES.filter((role) => Object.entries(selector).every(([key, value]) => labelsOf(role)[key] === value));

  beforeAll(() => {
    const { status, stdout, output } = run('kubectl', ['kustomize', FOLDER]);
    expect(status, output).toBe(0);
    manifests = manifestsIn(stdout);
    expect(manifests.length).toBeGreaterThan(30);
  });

  it('fit the schemas of Kubernetes: values, required fields, enumerations, quantities', () => {
    expect([...manifests, ...example].flatMap(schemaProblems)).toEqual([]);
    const broken = structuredClone(workload('api'));
    Object.assign(broken.spec!.template!.spec, { dnsPolicy: 'Sometimes', terminationGracePeriodSeconds: 'long' });
    expect(schemaProblems(broken).length).toBe(2);
  });

  it('have no field that Kubernetes does not know', () => {
    expect(typeProblems([...manifests, ...example])).toEqual([]);
    const broken = structuredClone(workload('api'));
    Object.assign(broken.spec!.template!.spec.containers[0]!, { imagPullPolicy: 'Always' });
    expect(typeProblems([broken]).join()).toContain('imagPullPolicy');
  });

  it('are all taken in by kustomization.yaml, but for the example of secrets', () => {
    const files = readdirSync(join(repository, FOLDER)).filter((name) => name !== 'kustomization.yaml');
    const kustomization = readFileSync(join(repository, FOLDER, 'kustomization.yaml'), 'utf8');
    const left = files.filter((name) => !kustomization.includes(`  - ${name}\n`));
    expect(left).toEqual(['secrets.example.yaml']);
    for (const { metadata, kind } of manifests) {
      if (kind !== 'Namespace') expect(metadata.namespace, `${kind} ${metadata.name}`).toBe('stadtfunk');
    }
  });

  it('run one role each, with settings that the programs know and take', () => {
    const settings = ofKind('ConfigMap')[0]!;
    const keysOf = (name: string) =>
      Object.keys(example.find(({ metadata }) => metadata.name === name)?.stringData ?? {});
    const shared = keysOf('stadtfunk-secrets');
    expect(variables).toEqual(
      expect.arrayContaining([...Object.keys(settings.data!), ...shared, ...keysOf('stadtfunk-bridge')]),
    );
    const secrets = {
      STADTFUNK_ADMIN_TOKEN: 'a'.repeat(24),
      METRICS_TOKEN: 'b'.repeat(24),
      DATABASE_URL: 'postgres://u:p@h:5432/d',
      REDIS_URL: 'redis://:p@h:6379',
      INFLUX_TOKEN: 't',
    };
    expect(Object.keys(secrets).sort()).toEqual([...shared].sort());
    expect(parseConfig({ ...settings.data, ...secrets })).not.toHaveProperty('problem');
    expect(parseConfig({ ...settings.data, ...example[0]!.stringData })).toHaveProperty('problem');
    for (const role of ROLES) {
      const { args, envFrom, env = [] } = pod(role).containers[0]!;
      expect(args).toEqual(['serve', '--roles', role]);
      // Secrets one by one: role-settings.spec.ts compares them with what the role reads.
      expect(envFrom[0]).toEqual({ configMapRef: { name: settings.metadata.name } });
      for (const { name, valueFrom, value } of env) {
        if (!valueFrom) {
          expect([role, value], name).toEqual([
            'broker',
            expect.stringMatching(/^\/etc\/stadtfunk\/tls\/tls\.(?:crt|key)$/),
          ]);
          continue;
        }
        const { name: secret, key, optional = false } = valueFrom.secretKeyRef;
        expect(key).toBe(name);
        // What not every city has may be absent; the others stand in the example.
        expect(keysOf(secret).includes(key), `${role} ${name}`).toBe(!optional);
        expect(secret === 'stadtfunk-bridge', `${role} ${name}`).toBe(role === 'bridge' && name === 'MQTT_URL');
      }
    }
  });

  it('let devices in over TLS with a certificate that is renewed in place, and show it to the broker alone', () => {
    const certificate = example.find(({ metadata }) => metadata.name === 'stadtfunk-mqtt-tls')!;
    const files = Object.keys(certificate.stringData!).map((name) => `/etc/stadtfunk/tls/${name}`);
    const { env = [], volumeMounts } = pod('broker').containers[0]!;
    const values = env.flatMap(({ name, value }) => (name.startsWith('MQTT_TLS_') ? [value] : []));
    expect(values.sort()).toEqual(files.sort());
    const secret = { secretName: certificate.metadata.name, defaultMode: 0o440 };
    expect(pod('broker').volumes).toContainEqual({ name: 'tls', secret });
    // A mount of one file (subPath) would keep the first certificate for ever.
    expect(volumeMounts).toContainEqual({ name: 'tls', mountPath: '/etc/stadtfunk/tls', readOnly: true });
    for (const role of ROLES.filter((name) => name !== 'broker')) {
      expect(JSON.stringify(pod(role)), role).not.toContain('stadtfunk-mqtt-tls');
    }
  });

  it('select the pods that are meant, in services, disruption budgets and network policies', () => {
    for (const role of ROLES) {
      expect(podsWith(workload(role).spec!.selector!.matchLabels!), role).toEqual([role]);
      expect(podsWith(named('PodDisruptionBudget', role).spec!.selector!.matchLabels!), role).toEqual([role]);
      expect(named('PodDisruptionBudget', role).spec!.maxUnavailable).toBe(1);
      for (const { labelSelector } of pod(role).topologySpreadConstraints) {
        expect(podsWith(labelSelector.matchLabels!), role).toEqual([role]);
      }
    }
    for (const { metadata, spec } of ofKind('Service')) {
      const selector = spec!.selector as unknown as Record<string, string>;
      expect(podsWith(selector), metadata.name).toEqual([metadata.name.replace(/-pods$/, '')]);
    }
    for (const { metadata, spec } of ofKind('NetworkPolicy')) {
      expect(podsWith(spec!.podSelector!.matchLabels ?? {}).length, metadata.name).toBeGreaterThan(0);
    }
  });

  it('agree on ports: defaults of the programs, containers, services, probes, network policies', () => {
    for (const role of ROLES) {
      const { ports, livenessProbe, readinessProbe, startupProbe } = pod(role).containers[0]!;
      const http = { name: 'http', containerPort: Number(defaultOf('HTTP_PORT')) };
      const mqtt = { name: 'mqtt', containerPort: Number(defaultOf('MQTT_PORT')) };
      const mqtts = { name: 'mqtts', containerPort: Number(defaultOf('MQTT_TLS_PORT')) };
      expect(ports, role).toEqual(role === 'broker' ? [mqtt, mqtts, http] : [http]);
      for (const probe of [livenessProbe, readinessProbe, startupProbe]) {
        expect(
          ports.map(({ name }) => name),
          role,
        ).toContain((probe.httpGet ?? probe.tcpSocket)!.port);
        expect(probe.httpGet?.path ?? '/health/live').toMatch(/^\/health\/(?:live|ready)$/);
      }
    }
    for (const { metadata, spec } of ofKind('Service')) {
      const role = metadata.name.replace(/-pods$/, '');
      const names = pod(role).containers[0]!.ports.map(({ name }) => name);
      for (const { targetPort } of spec!.ports ?? []) expect(names, metadata.name).toContain(targetPort);
    }
    const open = ofKind('NetworkPolicy').flatMap(({ spec }) => spec!.ingress?.flatMap(({ ports }) => ports) ?? []);
    expect(new Set(open.map(({ port }) => port))).toEqual(
      new Set(['HTTP_PORT', 'MQTT_PORT', 'MQTT_TLS_PORT'].map((name) => Number(defaultOf(name)))),
    );
  });

  it('let the API ask the identity provider of the city, and spread its clients over all processes', () => {
    const ofApi = ofKind('NetworkPolicy').filter(({ spec }) =>
      podsWith(spec!.podSelector!.matchLabels ?? {}).includes('api'),
    );
    const ports = ofApi.flatMap(({ spec }) => spec!.egress ?? []).flatMap((rule) => rule.ports.map(({ port }) => port));
    expect(ports).toContain(443);
    // Sessions and links are in the records: any process knows them, and a proxy in front has one address.
    expect(named('Service', 'api').spec).not.toHaveProperty('sessionAffinity');
  });

  it('show the files of the city to every role, and start without them', () => {
    for (const role of ROLES) {
      const { volumes, containers } = pod(role);
      for (const name of ['city', 'rules']) {
        const configMap = { name: `stadtfunk-${name}`, optional: true };
        expect(volumes, role).toContainEqual({ name, configMap });
        const mount = { name, mountPath: `/etc/stadtfunk/${name}`, readOnly: true };
        expect(containers[0]!.volumeMounts, role).toContainEqual(mount);
      }
    }
  });

  it('keep the log of an intake in a volume that outlives it, and leave the broker reachable when an engine is away', () => {
    for (const role of INTAKES) {
      const { volumeClaimTemplates, persistentVolumeClaimRetentionPolicy, serviceName } = workload(role).spec!;
      expect(persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
      const mounts = pod(role).containers[0]!.volumeMounts;
      expect(mounts.find(({ mountPath }) => mountPath === '/var/lib/stadtfunk')?.name).toBe(
        volumeClaimTemplates![0]!.metadata.name,
      );
      expect(named('Service', serviceName!).spec).toMatchObject({ clusterIP: 'None' });
    }
    expect(workload('bridge').spec!.replicas).toBe(1);
    expect(pod('broker').containers[0]!.readinessProbe).toMatchObject({ tcpSocket: { port: 'mqtt' } });
    expect(ofKind('HorizontalPodAutoscaler').map(({ metadata }) => metadata.name)).not.toContain('broker');
  });

  it('pass what Pod Security calls restricted, and end processes no sooner than they end themselves', () => {
    expect(named('Namespace', 'stadtfunk').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
    for (const role of ROLES) {
      const spec = pod(role);
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 1000,
        fsGroup: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(spec.containers[0]!.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(spec.automountServiceAccountToken).toBe(false);
      expect(spec.containers[0]!.resources).toMatchObject({ requests: {}, limits: {} });
      expect(spec.terminationGracePeriodSeconds * 1000).toBeGreaterThan(Number(defaultOf('STOP_TIMEOUT_MS')));
    }
  });

  it('scale deployments that are there, and that name no number themselves', () => {
    for (const { metadata, spec } of ofKind('HorizontalPodAutoscaler')) {
      expect(spec!.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name });
      expect(workload(metadata.name).spec!.replicas).toBeUndefined();
      expect(spec!.maxReplicas!).toBeLessThanOrEqual(Number(defaultOf('LOG_PARTITIONS')));
    }
  });
});

function manifestsIn(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  });
}
