import { Aedes, type Client, type PublishPacket } from 'aedes';
import { packets } from './packets.ts';

packets(); // What aedes writes as well.

type Done = (error?: Error) => void;

/**
 * aedes as the edge towards devices: it speaks MQTT, and distributes nothing.
 *
 * Readings go from the hook to the log. What devices publish, and what aedes itself announces under `$SYS`, has no
 * subscribers; passing it through retained store, offline queues and emitter would only cost time, and that path is known
 * to lose messages. So publishing ends here.
 */
export class DeviceEdge extends Aedes {
  /** aedes leaves out the client where there is none. */
  override publish(_packet: PublishPacket, clientOrDone: Client | null | Done, done?: Done): void {
    if (typeof clientOrDone === 'function') clientOrDone();
    else done?.();
  }
}
