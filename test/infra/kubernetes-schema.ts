import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { repository } from './tools.ts';

interface Labelled {
  readonly matchLabels?: Readonly<Record<string, string>>;
}
interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
  readonly tcpSocket?: { readonly port: string };
}
/** What the tests look at; that the rest is right, the schemas say. */
export interface PodSpec {
  readonly volumes: readonly object[];
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: object;
  readonly topologySpreadConstraints: readonly { readonly labelSelector: Labelled }[];
  readonly containers: readonly {
    readonly args: readonly string[];
    readonly envFrom: readonly object[];
    readonly env?: readonly {
      readonly name: string;
      readonly value?: string;
      readonly valueFrom?: {
        readonly secretKeyRef: { readonly name: string; readonly key: string; readonly optional?: boolean };
      };
    }[];
    readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
    readonly livenessProbe: Probe;
    readonly readinessProbe: Probe;
    readonly startupProbe: Probe;
    readonly resources: object;
    readonly securityContext: object;
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  }[];
}
interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly replicas?: number;
    readonly serviceName?: string;
    readonly maxUnavailable?: number;
    readonly maxReplicas?: number;
    readonly scaleTargetRef?: object;
    readonly selector?: Labelled;
    readonly podSelector?: Labelled;
    readonly persistentVolumeClaimRetentionPolicy?: object;
    readonly volumeClaimTemplates?: readonly { readonly metadata: Metadata }[];
    readonly template?: { readonly metadata: Metadata; readonly spec: PodSpec };
    readonly ports?: readonly { readonly targetPort: string }[];
    readonly ingress?: readonly { readonly ports: readonly { readonly port: number }[] }[];
    readonly egress?: readonly { readonly ports: readonly { readonly port: number }[] }[];
  };
}

interface Model {
  validate(): void;
}

const require = createRequire(join(repository, 'package.json'));

/** What the OpenAPI schema of Kubernetes has against a manifest. It says nothing about fields that it does not know. */
export function schemaProblems(manifest: Manifest): string[] {
  const { apiVersion, kind, metadata } = manifest;
  const module = require(`kubernetes-models/${apiVersion}/${kind}`) as Record<
    string,
    new (manifest: Manifest) => Model
  >;
  try {
    new module[kind]!(manifest).validate();
    return [];
  } catch (thrown) {
    const errors = (thrown as { readonly errors?: readonly { instancePath: string; message?: string }[] }).errors;
    if (!errors) throw thrown;
    return errors.map(({ instancePath, message }) => `${kind} ${metadata.name}${instancePath}: ${message ?? '?'}`);
  }
}

/** What TypeScript has against manifests that are written as literals: also fields that no schema has. */
export function typeProblems(manifests: readonly Manifest[]): string[] {
  const lines = manifests.flatMap((manifest, index) => [
    `import type { I${manifest.kind} as Kind${index} } from 'kubernetes-models/${manifest.apiVersion}/${manifest.kind}';`,
    `export const manifest${index}: Kind${index} = ${JSON.stringify(manifest)};`,
  ]);
  // Beside the tests, so that the package is found; only in memory.
  const name = join(repository, 'test/infra/manifests-in-memory.ts');
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const text = lines.join('\n');
  const inMemory: ts.CompilerHost = {
    ...host,
    fileExists: (path) => path === name || host.fileExists(path),
    readFile: (path) => (path === name ? text : host.readFile(path)),
    getSourceFile: (path, ...rest) =>
      path === name ? ts.createSourceFile(path, text, ts.ScriptTarget.ES2022) : host.getSourceFile(path, ...rest),
  };
  const program = ts.createProgram([name], options, inMemory);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n').slice(0, 500));
}
