import { Fault, messageOf } from '@stadtfunk/kernel';
import type { Uplink } from '@stadtfunk/uplinks';

/** Where uplinks become durable: `UplinkIntake` is one. Answers in the order of the offers, and never before it returns. */
export interface UplinkSink {
  offer(uplink: Uplink, done: (fault: Fault | null) => void): void;
}

/** Offers, and settles once: a sink that throws, or answers twice, is a defect that costs nobody else his acknowledgement. */
export function offerOnce(sink: UplinkSink, uplink: Uplink, settle: (fault: Fault | null) => void): void {
  let isAnswered = false;
  const once = (fault: Fault | null) => {
    if (isAnswered) return;
    isAnswered = true;
    settle(fault);
  };
  try {
    sink.offer(uplink, once);
  } catch (thrown) {
    once(thrown instanceof Fault ? thrown : new Fault('intake.defect', messageOf(thrown), true, thrown));
  }
}
