import { Command } from 'commander';
import { benchEmbedded } from './embedded.ts';

type EmbeddedCommandOptions = Readonly<
  Record<'devices' | 'quietRate' | 'quietSeconds' | 'rate' | 'seconds', string>
> & {
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

await program.parseAsync();
