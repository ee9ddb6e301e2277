import { readFileSync } from 'node:fs';
import { loadReportOf, type LoadDevice, type LoadReport, type LoadShape } from '@stadtfunk/device-simulator';
import { settings, UserError } from '@stadtfunk/platform';
import type { Command } from 'commander';
import { devicesOf, registerDevices, unregisteredDevices } from '../load/load-devices.ts';
import { partHere, partInProcess, runLoadPart, type LoadPart } from '../load/load-processes.ts';
import type { LoadTask } from '../load/load-task.ts';
import { printJson, printLine, printTable } from './output.ts';
import { bar, ProgressLine } from './progress-line.ts';

interface Options {
  readonly mqtt?: string[];
  readonly devices?: string;
  readonly credentials?: string;
  readonly register?: boolean;
  readonly topic?: string;
  readonly rate?: string;
  readonly closed?: string;
  readonly seconds: string;
  readonly connectRate: string;
  readonly connectTimeout: string;
  readonly processes: string;
  readonly source?: string[];
  readonly ca?: string;
  readonly readings: string;
  readonly recording?: string;
  readonly failUnder?: string;
  readonly json?: boolean;
}

/** Open files of a process that are no connections. */
const OTHER_FILES = 60;

const EXAMPLES = `
Examples:
  # 1,000 devices of the running platform, 2,000 messages a second for half a minute
  stadtfunk load --register --credentials load.json --devices 1000 --rate 2000
  # everybody comes back at once, over TLS, and says nothing
  stadtfunk load --mqtt mqtts://127.0.0.1:8883 --ca ca.pem --credentials load.json --connect-rate max --seconds 0
  # as fast as one message in flight per connection goes
  stadtfunk load --mqtt mqtt://127.0.0.1:1883 --devices 100 --closed 1 --seconds 10
  # 100,000 connections from eight processes to four brokers
  stadtfunk load --mqtt mqtt://10.0.0.1 mqtt://10.0.0.2 mqtt://10.0.0.3 mqtt://10.0.0.4 --devices 100000 --processes 8 --rate 20000
`;

export function loadCommand(program: Command): void {
  program
    .command('load')
    .description(
      'load a broker with many devices: connections, storms, messages at a rate, and how late the answers are',
    )
    .option('--mqtt <urls...>', 'mqtt:// or mqtts://; several are shared out in turn (default: by HOST and MQTT_PORT)')
    .option('--devices <count>', 'connections, one per device (default: all of --credentials, else 100)')
    .option(
      '--credentials <file>',
      'logins of the devices, as --register and simulate keep them; else MQTT_USERNAME, MQTT_PASSWORD',
    )
    .option('--register', 'first register with the running platform what --credentials lacks')
    .option('--topic <template>', 'without --credentials: where a device publishes (default: MQTT_UPLINK_TOPIC)')
    .option('--rate <perSecond>', 'messages a second of all together, whether or not they are answered (open loop)')
    .option('--closed <count>', 'instead: so many messages of each connection on their way at a time (closed loop)')
    .option('--seconds <seconds>', 'how long to publish; 0: only connect', '10')
    .option('--connect-rate <perSecond>', 'connections opened a second; `max`: all at once', '500')
    .option('--connect-timeout <seconds>', 'a connection without an answer by then has failed', '60')
    .option('--processes <count>', 'processes that share the load', '1')
    .option('--source <addresses...>', 'addresses that connections come from, in turn')
    .option('--ca <file>', 'what the certificates of mqtts:// are checked against, PEM')
    .option('--readings <count>', 'readings in a made-up message', '1')
    .option(
      '--recording <file>',
      'send the payloads of this recording, such as of a simulated city, instead of made-up ones',
    )
    .option('--fail-under <percent>', 'exit with 1 when fewer connections or messages were acknowledged', '100')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => load(options));
  program
    .command('load-part', { hidden: true })
    .description('a process of `load`')
    .action(() => runLoadPart());
}

async function load(options: Options): Promise<void> {
  const seconds = numberOf('--seconds', options.seconds, 0);
  const shape = seconds === 0 ? null : shapeOf(options, seconds);
  const processes = wholeOf('--processes', options.processes, 1);
  const failUnder = numberOf('--fail-under', options.failUnder ?? '100', 0) / 100;
  const devices = await fleetOf(options);
  checkOpenFiles(Math.ceil(devices.length / processes));

  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  process.once('SIGTERM', () => controller.abort());
  const tasks = tasksOf(options, devices, shape, processes);
  const isAlone = tasks.length === 1;
  const parts = isAlone
    ? [await partHere(tasks[0]!, controller.signal)]
    : tasks.map((task) => partInProcess(task, controller.signal));
  const progress = new ProgressLine(() => progressOf(parts, devices.length, shape));
  try {
    const connected = await Promise.all(parts.map((part) => part.connect()));
    const isWanted = shape !== null && !controller.signal.aborted && connected.some((report) => report.connected > 0);
    const published = isWanted ? await Promise.all(parts.map((part) => part.publish())) : [];
    progress.end();
    const report = loadReportOf(connected, published);
    if (options.json) printJson(report);
    else printReport(report);
    if (controller.signal.aborted || !isGood(report, failUnder)) process.exitCode = 1;
  } finally {
    progress.end();
    for (const part of parts) part.end();
  }
}

async function fleetOf(options: Options): Promise<LoadDevice[]> {
  const { credentials, register } = options;
  const count = options.devices === undefined ? undefined : wholeOf('--devices', options.devices, 1);
  if (register) {
    if (credentials === undefined)
      throw new UserError('--register needs --credentials, the file that keeps the passwords', 2);
    await registerDevices(credentials, count ?? 100, (line) => process.stderr.write(`${line}\n`));
  }
  if (credentials !== undefined) return devicesOf(credentials, count);
  const template = options.topic ?? settings().MQTT_UPLINK_TOPIC;
  if (!/^[\x21-\x7e]{1,200}$/.test(template) || /[+#]/.test(template)) throw new UserError('--topic is no topic', 2);
  return unregisteredDevices(count ?? 100, template);
}

function tasksOf(
  options: Options,
  devices: readonly LoadDevice[],
  shape: LoadShape | null,
  processes: number,
): LoadTask[] {
  const config = settings();
  const parts = Math.min(processes, devices.length);
  const connectsPerSecond =
    options.connectRate === 'max' ? null : numberOf('--connect-rate', options.connectRate, 0.001);
  return Array.from({ length: parts }, (_, part) => {
    const from = Math.floor((part * devices.length) / parts);
    const own = devices.slice(from, Math.floor(((part + 1) * devices.length) / parts));
    const share = own.length / devices.length;
    return {
      urls: options.mqtt ?? [`mqtt://${config.HOST}:${config.MQTT_PORT}`],
      ...{ firstIndex: from, devices: own, sourceAddresses: options.source ?? [] },
      connectsPerSecond: connectsPerSecond === null ? null : connectsPerSecond * share,
      connectTimeoutMs: numberOf('--connect-timeout', options.connectTimeout, 0.001) * 1_000,
      shape: shape?.kind === 'open' ? { ...shape, perSecond: shape.perSecond * share } : shape,
      readingsPerUplink: wholeOf('--readings', options.readings, 1),
      ...{ recording: options.recording ?? null, caFile: options.ca ?? null },
    };
  });
}

function shapeOf({ rate, closed }: Options, seconds: number): LoadShape {
  if (rate !== undefined && closed !== undefined) throw new UserError('--rate and --closed exclude each other', 2);
  if (closed !== undefined) return { kind: 'closed', inFlightEach: wholeOf('--closed', closed, 1), seconds };
  return { kind: 'open', perSecond: numberOf('--rate', rate ?? '1000', 0.001), seconds };
}

/** Node.js has raised the limit as far as it may already. */
function checkOpenFiles(connections: number): void {
  let limits: string;
  try {
    limits = readFileSync('/proc/self/limits', 'utf8');
  } catch {
    // No Linux: whoever runs out of files is told by EMFILE.
    return;
  }
  const limit = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
  const wanted = connections + OTHER_FILES;
  if (wanted <= limit) return;
  const processes = Math.ceil(connections / (limit - OTHER_FILES));
  throw new UserError(
    `${connections} connections in a process need ${wanted} open files, and ${limit} are allowed: \`ulimit -n ${wanted}\` first, or ${processes} times as many --processes`,
    2,
  );
}

function progressOf(parts: readonly LoadPart[], devices: number, shape: LoadShape | null): string {
  const sum = (pick: (part: LoadPart) => number) => parts.reduce((total, part) => total + pick(part), 0);
  const connected = sum(({ progress }) => progress.connected);
  const failed = sum(({ progress }) => progress.failed);
  const sent = sum(({ progress }) => progress.sent);
  const acknowledged = sum(({ progress }) => progress.acknowledged);
  const planned = shape?.kind === 'open' ? shape.perSecond * shape.seconds : undefined;
  const share = sent === 0 || planned === undefined ? (connected + failed) / devices : sent / planned;
  return `${bar(share)}  ${connected} of ${devices} connected, ${failed} failed, ${sent} sent, ${acknowledged} acknowledged`;
}

function isGood({ connections, messages }: LoadReport, failUnder: number): boolean {
  const isConnected = connections.connected >= failUnder * connections.asked;
  return isConnected && (messages === null || messages.acknowledged >= failUnder * messages.planned);
}

function printReport({ connections, messages }: LoadReport): void {
  const row = (name: string, count: number, perSecond: number, latency: LoadReport['connections']['latencyMs']) => [
    ...[name, String(count), String(perSecond)],
    ...[latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map((ms) => ms.toFixed(1)),
  ];
  printTable([
    ['', 'acknowledged', 'a second', 'p50 ms', 'p90', 'p99', 'p99.9', 'max'],
    row('connections', connections.connected, connections.perSecond, connections.latencyMs),
    ...(messages ? [row('messages', messages.acknowledged, messages.perSecond, messages.latencyMs)] : []),
  ]);
  const told = (what: string, reasons: Readonly<Record<string, number>>) => {
    for (const [reason, count] of Object.entries(reasons)) printLine(`${count} ${what}: ${reason}`);
  };
  told('connections failed', connections.failed);
  if (!messages) return;
  told('connections were lost', messages.lost);
  if (messages.unacknowledged > 0) printLine(`${messages.unacknowledged} messages were not acknowledged`);
  if (messages.notSent > 0) printLine(`${messages.notSent} messages could not be sent`);
}

function numberOf(option: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= least) return value;
  throw new UserError(`${option} is a number, ${least} or more`, 2);
}

function wholeOf(option: string, text: string, least: number): number {
  const value = numberOf(option, text, least);
  if (Number.isInteger(value) && value <= 1_000_000) return value;
  throw new UserError(`${option} is a whole number`, 2);
}
