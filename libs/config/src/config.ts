import { readGroupRoles } from '@stadtfunk/accounts';
import { FEDERAL_STATES } from '@stadtfunk/kernel';
import { z } from 'zod';

const port = (what: string, standard: number) =>
  z.coerce.number().int().min(0).max(65_535).default(standard).describe(`${what}; 0 picks a free one`);
/** Timers take 31 bits of milliseconds; what is beyond fires at once. */
const LONGEST = 2 ** 31 - 1;
const milliseconds = (what: string, standard: number) =>
  z.coerce.number().int().positive().max(LONGEST).default(standard).describe(what);
const count = milliseconds;
const days = (what: string, standard: number) =>
  z.coerce.number().int().min(0).max(36_525).default(standard).describe(`${what}, days; 0: for ever`);
/** MQTT 3.1.1, 4.7: wildcards belong into filters, and names that begin with $ to the broker. */
const topic = (what: string, standard: string) =>
  z
    .string()
    .max(256)
    .includes('{deviceId}')
    .regex(/^[^$+#\p{Cc}][^+#\p{Cc}]*$/u, 'a topic without + and #, not begun by $')
    .default(standard)
    .describe(what);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const url = (protocols: RegExp) => z.url({ protocol: protocols });
const listOf = (text: string) => text.split(',').map((item) => item.trim());
/** Without quotes, comments and angle brackets, which RFC 5322 allows and nobody has. */
const ADDRESS = /^[^\s@<>(),;:"\\[\]]+@[^\s@<>(),;:"\\[\]]+$/u;
const MAIL_EVENTS = [
  'alert.raised',
  'alert.worsened',
  'alert.acknowledged',
  'alert.cleared',
  'job.created',
  'job.changed',
  'job.overdue',
  'job.unproven',
] as const;

/** `address` or `department=address`. */
function recipientOf(item: string) {
  const [, department = null, address = ''] = /^(?:([\w-]{1,64})=)?(.*)$/u.exec(item) ?? [];
  return { department, address };
}

/** Every environment variable that Stadtfunk reads, with its meaning. Parsed once, before anything starts. */
export const ENVIRONMENT = z.object({
  HOST: z.string().min(1).default('127.0.0.1').describe('Address that all servers listen on'),
  MQTT_PORT: port('TCP port of the MQTT intake', 1883),
  MQTT_WS_PORT: port('Port of MQTT over WebSocket', 8083),
  MQTT_TLS_PORT: port('TCP port of MQTT over TLS, used where MQTT_TLS_CERT is set', 8883),
  MQTT_TLS_CERT: z.string().optional().describe('File with the certificate chain of the MQTT intake, PEM'),
  MQTT_TLS_KEY: z.string().optional().describe('File with the key of the certificate, PEM'),
  HTTP_PORT: port('TCP port of API and console', 3000),
  PUBLIC_URL: url(/^https?$/)
    .optional()
    .describe('Where people reach the console, if not at HOST and HTTP_PORT'),
  TRUSTED_PROXIES: z
    .string()
    .transform(listOf)
    .pipe(
      z.array(z.union([z.enum(['loopback', 'linklocal', 'uniquelocal']), z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])),
    )
    .optional()
    .describe(
      'Reverse proxies whose X-Forwarded-For is believed: addresses or networks, or loopback, uniquelocal, with commas between; unset: none, and everybody behind a proxy counts as one',
    ),
  DATA_DIR: z.string().min(1).default('./data').describe('Folder of everything that is kept'),
  DATABASE_URL: url(/^postgres(ql)?$/)
    .optional()
    .describe('PostgreSQL for the records; unset: embedded'),
  REDIS_URL: url(/^rediss?$/)
    .optional()
    .describe('Redis for the uplink log and the work queue; unset: a local file log, and the database of the records'),
  INFLUX_URL: url(/^https?$/)
    .optional()
    .describe('InfluxDB 1.x to 3.x for the telemetry; unset: embedded, or the database of DATABASE_URL'),
  INFLUX_TOKEN: z.string().optional().describe('Token of InfluxDB 2.x and 3.x, user:password of 1.x'),
  INFLUX_ORG: z.string().optional().describe('Organisation, InfluxDB 2.x only'),
  INFLUX_BUCKET: z.string().min(1).default('stadtfunk').describe('Bucket, or database of 1.x and 3.x; made if missing'),
  MQTT_URL: url(/^(mqtts?|wss?)$/)
    .optional()
    .describe('External broker that devices publish to, beside the intake of our own; unset: none'),
  STADTFUNK_ADMIN_TOKEN: z
    .string()
    .min(24)
    .optional()
    .describe('Token of the API; unset: one is made and kept in DATA_DIR'),
  METRICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe(
      'Token that lets Prometheus read /metrics from another machine; unset: the role api takes its own token, others none',
    ),
  OIDC_ISSUER: url(/^https?$/)
    .optional()
    .describe(
      "Issuer of the city's OpenID provider, https only but on this machine; unset: accounts of this installation only",
    ),
  OIDC_CLIENT_ID: z.string().min(1).max(256).optional().describe('Id of this installation at the OpenID provider'),
  OIDC_CLIENT_SECRET: z
    .string()
    .min(8)
    .optional()
    .describe('Secret of this installation at the OpenID provider; unset: a public client'),
  OIDC_NAME: z.string().min(1).max(60).default('Stadt').describe('What the button to sign in there says'),
  OIDC_SCOPE: z
    .string()
    .regex(/^openid(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/, 'openid, and more with spaces between')
    .default('openid profile email')
    .describe('What is asked of the OpenID provider'),
  OIDC_GROUPS_CLAIM: z
    .string()
    .min(1)
    .max(200)
    .default('groups')
    .describe('Claim with the groups of a person; dots lead into objects, as in realm_access.roles'),
  OIDC_ROLES: z
    .string()
    .default('')
    .transform((text, context) => {
      const roles = readGroupRoles(text);
      if (roles) return roles;
      context.addIssue({
        code: 'custom',
        message: 'group=role or group=role@department+department, with commas between',
      });
      return z.NEVER;
    })
    .describe(
      'Which groups have which roles: group=role or group=role@department+department, with commas between; others have none',
    ),
  KEEP_ADDRESSES: z
    .enum(['short', 'full', 'none'])
    .default('short')
    .describe('How much of the addresses of people is kept with sessions and in the audit log'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('What is logged'),
  ZONE: z
    .string()
    .refine(isZone, 'an IANA time zone such as Europe/Berlin')
    .default('Europe/Berlin')
    .describe('Time zone of the city'),
  FEDERAL_STATE: z.enum(FEDERAL_STATES).default('HE').describe('Federal state whose public holidays count in rules'),
  RULES_DIR: z.string().optional().describe('Folder with rule files (*.yaml); unset: the default rules'),
  ORGANISATION_FILE: z
    .string()
    .optional()
    .describe(
      'YAML file with departments, crews, hours, service days, due times, routing and on-call; unset: the bundled one',
    ),
  BASE_MAP_URL: url(/^https?$/)
    .optional()
    .describe(
      'Base map of the console: a MapLibre style, such as that of basemap.de, or raster tiles with {z}, {x} and {y}; unset: the schematic one',
    ),
  BASE_MAP_ATTRIBUTION: z
    .string()
    .max(300)
    .optional()
    .describe('To whom raster tiles are owed, shown on the map; a style says so itself'),
  BASE_MAP_FILE: z
    .string()
    .optional()
    .describe('GeoJSON file with a schematic base map that needs no network; unset: none, but for the demo city'),
  ACCESSIBILITY_FEEDBACK_URL: url(/^(https?|mailto)$/)
    .optional()
    .describe('Where people report barriers of the console, https: or mailto:'),
  LEGAL_NOTICE_URL: url(/^https?$/)
    .optional()
    .describe('Legal notice (Impressum) that the console links to'),
  PRIVACY_URL: url(/^https?$/)
    .optional()
    .describe('Privacy notice that the console links to'),
  WEBHOOK_URL: url(/^https?$/)
    .optional()
    .describe('Where events are posted as CloudEvents; unset: nowhere'),
  WEBHOOK_SECRET: z.string().min(16).optional().describe('Key of the signature of posted events'),

  WEBHOOK_PER_MINUTE: count(
    'Events posted per minute by a process; more wait: a storm must not fell the receiver',
    600,
  ),
  WEBHOOK_ALLOW_PRIVATE: flag
    .default(true)
    .describe('Whether events may be posted to this machine and private networks; to link-local addresses never'),
  MAIL_URL: url(/^smtps?$/)
    .optional()
    .describe('SMTP server, smtps://user:password@host:465 or smtp://user:password@host:587; unset: no mails'),
  MAIL_FROM: z
    .string()
    .max(320)
    .regex(/^(?:[^<>\p{Cc}]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u, 'name@host, or Name <name@host>')
    .optional()
    .describe('Sender of mails: name@host, or Name <name@host>'),
  MAIL_TO: z
    .string()
    .transform((text) => listOf(text).map(recipientOf))
    .refine((list) => list.every(({ address }) => ADDRESS.test(address)), 'addresses, or department=address')
    .optional()
    .describe('Who gets mails, with commas between; department=name@host gets the jobs of that department only'),
  MAIL_EVENTS: z
    .string()
    .default('alert.raised,alert.worsened,job.created,job.overdue')
    .transform(listOf)
    .pipe(z.array(z.enum(MAIL_EVENTS)))
    .describe(
      'What is mailed, with commas between; besides: alert.acknowledged, alert.cleared, job.changed, job.unproven',
    ),
  MAIL_SEVERITY: z
    .enum(['critical', 'major', 'minor', 'warning'])
    .default('critical')
    .describe('Alerts less severe are not mailed; the job that most of them bring is'),
  MAIL_LANGUAGE: z.enum(['de', 'en']).default('de').describe('Language of mails'),
  MAIL_PER_HOUR: count(
    'Mails per hour and department; what is beyond stands in one digest per hour, but for critical alerts and urgent jobs',
    60,
  ),
  MAIL_PER_MINUTE: count('Mails per minute of a process; more wait: mail servers lock out who floods them', 30),

  HANDOVER_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('YAML file that says which jobs go to which other systems; unset: none'),
  HANDOVER_ALLOW_PRIVATE: flag
    .default(true)
    .describe('Whether those systems may be on this machine and in private networks; at link-local addresses never'),

  KEEP_READINGS_DAYS: days('Readings are kept so long', 1_096),
  KEEP_HOURS_DAYS: days('Hourly means and extremes are kept so long', 3_653),
  KEEP_DAYS_DAYS: days('Daily means and extremes are kept so long', 0),
  KEEP_PHOTOS_DAYS: days('Photos are kept so long after the end of their job: people may be seen in them', 365),

  KEEP_QUALITY_DAYS: days('The counts of data quality by day are kept so long', 1_096),
  KEEP_QUARANTINED_DAYS: days('Readings that were quarantined are kept so long', 365),
  KEEP_LETTERS_DAYS: days('Dead letters that were resolved or discarded are kept so long; open ones for ever', 365),

  KEEP_AUDIT_DAYS: days('Who changed what is kept so long', 730),

  LOG_PARTITIONS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(32)
    .describe('Partitions of the uplink log; fixed at its first start'),
  LOG_RETAIN_HOURS: count('Raw uplinks are kept at least this long for decoding them again, hours', 24 * 7),
  LOG_RETAIN_MIB: count('Raw uplinks beyond this are deleted once processed, MiB', 10_240),
  LOG_MIN_FREE_MIB: count('Below this much free disk space no uplink is accepted, MiB: a full disk loses records', 512),
  REDIS_RETAIN_HOURS: count('Raw uplinks are kept in Redis at least this long once processed, hours', 24),
  REDIS_RETAIN_MIB: count('Raw uplinks in Redis beyond this are deleted once processed, MiB of its memory', 1_024),
  FORWARD_FROM: z
    .enum(['committed', 'oldest'])
    .default('committed')
    .describe('Where forwarding begins in a Redis that is new: behind what is processed, or with everything kept'),
  LOG_APPEND_TIMEOUT_MS: milliseconds('A disk slower than this is a failed disk: uplinks are not acknowledged', 10_000),

  MQTT_MAX_PACKET_BYTES: count('Largest packet of a device: protects memory', 65_536),
  MQTT_MAX_PACKET_BYTES_BEFORE_AUTH: count('Largest packet of a stranger: protects memory', 2_048),
  MQTT_MAX_CONNECTIONS: count('Connections at once: protects memory and file handles', 100_000),
  MQTT_MAX_UNAUTHENTICATED: count(
    'Connections at once that have not said who they are: beyond them, those give way of whose address there are most',
    20_000,
  ),
  MQTT_CONNECTIONS_PER_SECOND: count(
    'New connections per second: a storm waits at the door, each address for itself',
    2_000,
  ),
  MQTT_CONNECT_TIMEOUT_MS: milliseconds('A connection that has not introduced itself by then is closed', 10_000),
  MQTT_MAX_WAITING_TO_VERIFY: count(
    'Password checks that wait, of some 10 ms each; beyond them, devices of whose address most wait are told to come back',
    1_000,
  ),
  MQTT_MAX_INFLIGHT_PER_CLIENT: count(
    'Uplinks of one client that wait to become durable: one device cannot fill memory',
    256,
  ),
  MQTT_MAX_INFLIGHT: count('Uplinks of all clients that wait to become durable: protects memory', 10_000),
  MQTT_DRAIN_TIMEOUT_MS: milliseconds('A client that does not read for so long is closed', 5_000),
  MQTT_UPLINK_TOPIC: topic('Topic of uplinks', 'stadtfunk/v1/{deviceId}/up'),
  MQTT_DOWNLINK_TOPIC: topic('Topic of downlinks', 'stadtfunk/v1/{deviceId}/down'),

  BATCH_SIZE: count('Uplinks in one transaction at the most: bounds memory and repeated work', 2_000),
  STOP_TIMEOUT_MS: milliseconds('A stop that takes longer is ended hard; nothing acknowledged is lost by that', 15_000),
  DEMO: flag.default(false).describe('Runs the demo city beside the platform'),
});

export type Config = Readonly<z.infer<typeof ENVIRONMENT>>;

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The configuration, or one line that names every wrong variable and never its value. */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
): Config | { readonly problem: string } {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = ENVIRONMENT.safeParse(set);
  const problems = parsed.success
    ? contradictions(parsed.data)
    : parsed.error.issues.map((issue) => {
        return `${issue.path.join('.')} (${withoutValue(issue.message)})`;
      });
  if (parsed.success && problems.length === 0) return parsed.data;
  return { problem: `wrong settings: ${problems.join('; ')}` };
}

/** zod quotes no input in its standard messages; this keeps it so whatever a later version does. */
function withoutValue(message: string): string {
  return message.replace(/, received .*/u, '').replace(/^Invalid input: /u, '');
}

const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]'];

function oidcProblems({ OIDC_ISSUER, OIDC_CLIENT_ID, PUBLIC_URL }: Config): string[] {
  if (!OIDC_ISSUER) return [];
  const { protocol, hostname } = new URL(OIDC_ISSUER);
  return [
    ...(OIDC_CLIENT_ID ? [] : ['OIDC_CLIENT_ID (is needed with OIDC_ISSUER)']),
    ...(PUBLIC_URL ? [] : ['PUBLIC_URL (is needed with OIDC_ISSUER: the provider sends people back there)']),
    ...(protocol === 'https:' || THIS_MACHINE.includes(hostname) ? [] : ['OIDC_ISSUER (https, but on this machine)']),
  ];
}

function contradictions(config: Config): string[] {
  const problems: string[] = [];
  if (config.WEBHOOK_URL && !config.WEBHOOK_SECRET) problems.push('WEBHOOK_SECRET (is needed with WEBHOOK_URL)');
  if (config.MAIL_URL && !config.MAIL_FROM) problems.push('MAIL_FROM (is needed with MAIL_URL)');
  if (config.MAIL_URL && !config.MAIL_TO) problems.push('MAIL_TO (is needed with MAIL_URL)');
  problems.push(...oidcProblems(config));
  if (!config.MQTT_TLS_CERT !== !config.MQTT_TLS_KEY) problems.push('MQTT_TLS_KEY (goes with MQTT_TLS_CERT)');
  const kept = [config.KEEP_READINGS_DAYS, config.KEEP_HOURS_DAYS, config.KEEP_DAYS_DAYS].map(
    (each) => each || Infinity,
  );
  if (kept[0]! > kept[1]! || kept[1]! > kept[2]!) {
    problems.push('KEEP_READINGS_DAYS, KEEP_HOURS_DAYS, KEEP_DAYS_DAYS (each as long as the one before or longer)');
  }
  return problems;
}
