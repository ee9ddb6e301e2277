import { fork, type ChildProcess } from 'node:child_process';
import type { ConnectReport, LoadProgress, PublishReport } from '@stadtfunk/device-simulator';
import { messageOf } from '@stadtfunk/kernel';
import { UserError } from '@stadtfunk/platform';
import { runOf, type LoadTask } from './load-task.ts';

/** What a part of a load says. */
type FromPart =
  | { readonly type: 'connected'; readonly report: ConnectReport }
  | { readonly type: 'published'; readonly report: PublishReport }
  | { readonly type: 'progress'; readonly progress: LoadProgress }
  | { readonly type: 'failed'; readonly detail: string };
type ToPart =
  | { readonly type: 'task'; readonly task: LoadTask }
  | { readonly type: 'connect' }
  | { readonly type: 'publish' }
  | { readonly type: 'stop' };

const PROGRESS_EVERY_MS = 500;

/** One part of a load, in this process or in another one. */
export interface LoadPart {
  readonly progress: LoadProgress;
  connect(): Promise<ConnectReport>;
  publish(): Promise<PublishReport>;
  end(): void;
}

/** In this process. */
export async function partHere(task: LoadTask, signal: AbortSignal): Promise<LoadPart> {
  const run = await runOf(task, signal);
  return {
    progress: run.progress,
    connect: () => run.connect(),
    publish: () => run.publish(task.shape!),
    end: () => run.end(),
  };
}

/** In a process of its own, with the open files and the core that it may have. */
export function partInProcess(task: LoadTask, signal: AbortSignal): LoadPart {
  const child = fork(process.argv[1]!, ['load-part'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const progress: LoadProgress = { connected: 0, failed: 0, sent: 0, acknowledged: 0 };
  const say = (message: ToPart) => void (child.connected && child.send(message));
  child.on('message', (message: FromPart) => message.type === 'progress' && Object.assign(progress, message.progress));
  signal.addEventListener('abort', () => say({ type: 'stop' }));
  say({ type: 'task', task });
  return {
    progress,
    connect: () => answer(child, 'connected', () => say({ type: 'connect' })),
    publish: () => answer(child, 'published', () => say({ type: 'publish' })),
    end: () => void child.kill('SIGKILL'),
  };
}

interface Reports {
  readonly connected: ConnectReport;
  readonly published: PublishReport;
}

function answer<Type extends keyof Reports>(child: ChildProcess, type: Type, ask: () => void): Promise<Reports[Type]> {
  return new Promise((resolve, reject) => {
    const listen = (message: FromPart) => {
      if (message.type === 'failed') reject(new UserError(message.detail));
      else if (message.type === type) resolve(message.report as Reports[Type]);
      else return;
      child.off('message', listen);
    };
    child.on('message', listen);
    child.once('exit', (code, signal) => reject(new UserError(`a process of the load ended (${code ?? signal})`)));
    ask();
  });
}

/** The program of such a process: does what it is told, until it is ended. */
export async function runLoadPart(): Promise<void> {
  const controller = new AbortController();
  const say = (message: FromPart) => void (process.connected && process.send?.(message));
  let part: Promise<LoadPart> | undefined;
  const failed = (thrown: unknown) => say({ type: 'failed', detail: messageOf(thrown) });
  // Ctrl+C goes to all processes of a terminal; the first one decides what happens.
  process.on('SIGINT', () => undefined);
  process.on('message', (message: ToPart) => {
    if (message.type === 'task') part = partHere(message.task, controller.signal);
    if (message.type === 'stop') controller.abort();
    if (message.type === 'connect') {
      part?.then((here) => here.connect()).then((report) => say({ type: 'connected', report }), failed);
    }
    if (message.type === 'publish') {
      part?.then((here) => here.publish()).then((report) => say({ type: 'published', report }), failed);
    }
  });
  const timer = setInterval(
    () => void part?.then(({ progress }) => say({ type: 'progress', progress }), failed),
    PROGRESS_EVERY_MS,
  );
  await new Promise((gone) => process.once('disconnect', gone));
  clearInterval(timer);
  process.exit();
}
