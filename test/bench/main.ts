import { Command, Option } from 'commander';
import { benchTurns } from './backtest-turns.ts';
import { benchBacktest, READING_ORDERS, type ReadingOrder } from './backtest.ts';
import { runBareAedes } from './bare-aedes.ts';
import { benchEmbedded } from './embedded.ts';
import { benchReconnects } from './reconnects.ts';
import { benchServers, INTAKES, type Intake } from './servers.ts';
import { benchSimulator, benchSimulatorOverMqtt } from './simulator.ts';
import { benchStages } from './stages/bench-stages.ts';
import { runStage } from './stages/run-stage.ts';
import { STAGES, type StageName, type StageTask } from './stages/stage.ts';

type EmbeddedCommandOptions = Readonly<
  Record<'devices' | 'quietRate' | 'quietSeconds' | 'rate' | 'seconds', string>
> & {
  readonly profileDir?: string;
};

type StagesCommandOptions = Readonly<
  Record<'stages' | 'devices' | 'rules' | 'readingsPerUplink' | 'uplinks' | 'batchSize' | 'intakeRate', string>
> & { readonly profileDir?: string };

type BacktestCommandOptions = Readonly<Record<'devices' | 'rules' | 'readings' | 'runs', string>> & {
  readonly order: ReadingOrder;
};

type ServersCommandOptions = Readonly<
  Record<
    'devices' | 'rules' | 'readingsPerUplink' | 'rate' | 'seconds' | 'quietRate' | 'alertRate' | 'quietSeconds',
    string
  >
> & {
  readonly intake: Intake;
  readonly profileDir?: string;
};

const program = new Command('bench').description('Measures Stadtfunk on this machine and prints JSON.');

program
  .command('embedded')
  .description('the embedded default in one process: acknowledged and stored readings, latency, CPU, memory')
  .option('--devices <count>', 'connected devices', '1000')
  .option('--quiet-rate <perSecond>', 'uplinks a second of the latency run', '2000')
  .option('--quiet-seconds <seconds>', 'length of the latency run', '30')
  .option('--rate <perSecond>', 'uplinks a second of the throughput run', '10000')
  .option('--seconds <seconds>', 'length of the throughput run', '30')
  .option('--profile-dir <folder>', 'write CPU profiles of the platform there')
  .action(async (options: EmbeddedCommandOptions) => {
    const result = await benchEmbedded({
      devices: Number(options.devices),
      quietRate: Number(options.quietRate),
      quietSeconds: Number(options.quietSeconds),
      rate: Number(options.rate),
      seconds: Number(options.seconds),
      profileDir: options.profileDir,
      log: (line) => process.stderr.write(`bench: ${line}\n`),
    });
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  });

program
  .command('servers')
  .description('every role a process, on PostgreSQL, Redis and InfluxDB, beside bare aedes and the broker alone')
  .option('--devices <count>', 'connected devices', '1000')
  .addOption(
    new Option('--intake <role>', 'our own broker, or Mosquitto and the bridge').choices(INTAKES).default('broker'),
  )
  .option('--rules <count>', 'active rules', '20')
  .option('--readings-per-uplink <count>', 'readings that a device sends together, 1 to 32', '1')
  .option('--rate <perSecond>', 'uplinks a second of the throughput run', '50000')
  .option('--seconds <seconds>', 'length of the throughput run', '60')
  .option('--quiet-rate <perSecond>', 'uplinks a second at which acknowledgements are timed', '5000')
  .option('--alert-rate <perSecond>', 'uplinks a second at which alerts are timed', '2000')
  .option('--quiet-seconds <seconds>', 'length of each of these two runs', '30')
  .option('--profile-dir <folder>', 'write CPU profiles of all our processes there')
  .action(async (options: ServersCommandOptions) => {
    const result = await benchServers({
      devices: Number(options.devices),
      intake: options.intake,
      rules: Number(options.rules),
      readingsPerUplink: Number(options.readingsPerUplink),
      rate: Number(options.rate),
      seconds: Number(options.seconds),
      quietRate: Number(options.quietRate),
      alertRate: Number(options.alertRate),
      quietSeconds: Number(options.quietSeconds),
      profileDir: options.profileDir,
      log: (line) => process.stderr.write(`bench: ${line}\n`),
    });
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  });

program
  .command('bare-aedes', { hidden: true })
  .description('aedes that only acknowledges, for `servers` and `simulator`')
  .action(() => runBareAedes());

program
  .command('backtest')
  .description('readings a second that the rules judge in a backtest, on one core')
  .option('--devices <count>', 'devices of all three kinds', '1000')
  .option('--rules <count>', 'rules, the bundled ones and more', '20')
  .option('--readings <count>', 'readings of a run', '2000000')
  .option('--runs <count>', 'runs, of which the best counts', '3')
  .addOption(
    new Option('--order <order>', 'as recordings have them, or as history is read')
      .choices(READING_ORDERS)
      .default('time'),
  )
  .action(async (options: BacktestCommandOptions) => {
    const result = await benchBacktest({
      devices: Number(options.devices),
      rules: Number(options.rules),
      readings: Number(options.readings),
      runs: Number(options.runs),
      order: options.order,
      log: (line) => process.stderr.write(`bench: ${line}\n`),
    });
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  });

program
  .command('reconnects')
  .description('how long a fleet takes to be back at a broker that has just started, with real passwords')
  .option('--devices <count>', 'devices that come back at once', '10000')
  .option('--addresses <count>', 'loopback addresses that they share', '1')
  .option('--seconds <seconds>', 'after which it is given up', '600')
  .action(async (options: Readonly<Record<'devices' | 'addresses' | 'seconds', string>>) => {
    const result = await benchReconnects({
      devices: Number(options.devices),
      addresses: Number(options.addresses),
      seconds: Number(options.seconds),
      log: (line) => process.stderr.write(`bench: ${line}\n`),
    });
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  });

program
  .command('simulator')
  .description('device-days a second that the simulated city goes through, without a network or over MQTT')
  .option('--devices <count>', 'devices of all kinds', '100000')
  .option('--days <count>', 'days of event time', '1')
  .option('--seed <number>', 'the same seed gives the same city', '2026')
  .option('--mqtt', 'publish to an aedes that only acknowledges, over a connection for each device')
  .action(async (options: Readonly<Record<'devices' | 'days' | 'seed', string>> & { readonly mqtt?: true }) => {
    const bench = options.mqtt ? benchSimulatorOverMqtt : benchSimulator;
    const result = await bench({
      devices: Number(options.devices),
      days: Number(options.days),
      seed: Number(options.seed),
      log: (line) => process.stderr.write(`bench: ${line}\n`),
    });
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  });

program
  .command('backtest-turns')
  .description('how long a backtest over PostgreSQL keeps others in its process waiting')
  .option('--devices <count>', 'devices of all three kinds', '1000')
  .option('--days <count>', 'days of history, with 48 readings of each device', '30')
  .action(async (options: Readonly<Record<'devices' | 'days', string>>) => {
    const result = await benchTurns({
      devices: Number(options.devices),
      days: Number(options.days),
      log: (line) => process.stderr.write(`bench: ${line}\n`),
    });
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  });

const numbers = (list: string) => list.split(',').map(Number);

program
  .command('stages')
  .description('each stage of the way on real servers, by itself: CPU per reading')
  .option('--stages <list>', `of ${STAGES.join(', ')}`, STAGES.join(','))
  .option('--devices <list>', 'devices, for each of which everything is measured', '1000,10000,100000')
  .option('--rules <list>', 'rules, for each of which the stage rules is measured', '5,20,100')
  .option('--readings-per-uplink <count>', 'readings that a device sends together, 1 to 32', '1')
  .option('--uplinks <count>', 'uplinks of a measurement', '200000')
  .option('--batch-size <count>', 'uplinks in a batch of a consumer', '2000')
  .option('--intake-rate <perSecond>', 'uplinks a second that the intake is offered', '20000')
  .option('--profile-dir <folder>', 'write CPU profiles of the stages there; they slow them down')
  .action(async (options: StagesCommandOptions) => {
    const result = await benchStages({
      stages: options.stages.split(',') as StageName[],
      devices: numbers(options.devices),
      rules: numbers(options.rules),
      readingsPerUplink: Number(options.readingsPerUplink),
      uplinks: Number(options.uplinks),
      batchSize: Number(options.batchSize),
      intakeRate: Number(options.intakeRate),
      profileDir: options.profileDir,
      log: (line) => process.stderr.write(`bench: ${line}\n`),
    });
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  });

program
  .command('stage <task>', { hidden: true })
  .description('one measurement of `stages`, in a process of its own')
  .action((task: string) => runStage(JSON.parse(task) as StageTask));

await program.parseAsync();
