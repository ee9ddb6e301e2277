import type { DeviceDirectory } from '@stadtfunk/devices';
import type { CodedError } from '@stadtfunk/kernel';
import type { QuarantinedReading, Reading, TelemetryStore } from '@stadtfunk/readings';
import { partitionOf, reachedBy, sliceOf, type Positions, type StoredUplink } from '@stadtfunk/uplinks';
import { DeviceMemory } from './device-memory.ts';
import { noteStored } from './device-signs.ts';
import { identitiesOf } from './identity.ts';
import type { IngestCommit, IngestRecords } from './ingest-records.ts';
import { interpret, type Interpretation } from './interpret.ts';
import { LocalDays } from './local-days.ts';
import { noCounts, QualityCounts, totalOf, type DayCounts, type QualityCount } from './quality-counts.ts';
import { ReadingWrites } from './reading-writes.ts';
import { storedBefore } from './stored-before.ts';

export interface StoreConsumerOptions {
  readonly logId: string;
  readonly directory: DeviceDirectory;
  readonly records: IngestRecords;
  readonly telemetry: TelemetryStore;
  /** Of the city, whose days are counted. */
  readonly zone: string;
  /** Devices whose memory is kept at hand. Others are loaded when they send. */
  readonly memoriesKept: number;
  /** Uplinks of a small batch interpreted in one go before other work of the process (acknowledging) gets a turn. */
  readonly sliceSize: number;
  readonly takeTurns: () => Promise<void>;
  /** Told of every uplink that was rejected and every part of one that was left out, for counting. */
  readonly onProblem: (problem: CodedError, deviceId: string) => void;
}

const HOUR_MS = 3_600_000;
/** Told apart by day, of one model: more than any fleet has, and a device that makes one up each time adds no rows without end. */
const MOST_FIRMWARES = 100;
/** Of readings that the telemetry store will never take. */
const REFUSED = 'telemetry.refused';

interface DeviceWork {
  /** By the day of the arrival: after an outage a batch may hold many. */
  readonly days: Map<string, DayCounts>;
  readonly memory: DeviceMemory;
  /** As its payloads name it. */
  firmware: string | null;
  lastReceivedAt: number;
}

/** What some uplinks come to, while it is being worked out. */
interface Work {
  readonly devices: Map<string, DeviceWork>;
  readonly fresh: Reading[];
  /** Older than what the memory of its device reaches: the telemetry store has to say. */
  readonly doubtful: Reading[];
  readonly quarantined: QuarantinedReading[];
  readonly rejected: Map<StoredUplink, CodedError>;
  readonly writes: ReadingWrites;
}

/**
 * The consumer group `store`: readings into the telemetry store, everything else into the records. First the points,
 * which can be written again without harm, then one transaction with the counters, the dead letters and the position.
 */
export class StoreConsumer {
  readonly #options: StoreConsumerOptions;
  readonly #days: LocalDays;
  #owned: readonly boolean[] = [];
  readonly #memories = new Map<string, DeviceMemory>();
  /** By model, those that are told apart. */
  readonly #firmwares = new Map<string, Set<string>>();

  constructor(options: StoreConsumerOptions) {
    this.#options = options;
    this.#days = new LocalDays(options.zone);
  }

  /** Where the records say that the group is: at the start, and whenever somebody else may have worked meanwhile. */
  resume(floors: Positions, owned: readonly boolean[]): Promise<Positions> {
    this.#memories.clear();
    this.#owned = owned;
    return this.#options.records.positions(this.#options.logId, floors);
  }

  process(batch: readonly StoredUplink[]): Promise<void> {
    return this.#orForget(async (work) => {
      await this.#interpret(work, batch);
      for (const uplink of work.rejected.keys()) this.#counts(work, uplink).rejected++;
      const deadLetters = [...work.rejected].map(([uplink, { code, detail }]) => ({ ...uplink, code, detail }));
      await this.#commit(work, { reached: reachedBy(batch), deadLetters, retries: [] });
    });
  }

  /**
   * Tries the dead letters again that somebody asked for; gives how many there were. What is processed after all fills
   * history; the rules have long gone past it.
   */
  async retry(limit: number): Promise<number> {
    const { records, logId } = this.#options;
    const owned = this.#owned;
    const partitions = owned.flatMap((isOwned, partition) => (isOwned ? [partition] : []));
    // A letter of another log may be a device's of somebody else, who alone knows what the device has sent.
    const letters = (await records.retries(limit, logId, partitions)).filter(
      ({ deviceId }) => owned[partitionOf(deviceId, owned.length)],
    );
    if (letters.length === 0) return 0;
    await this.#orForget(async (work) => {
      await this.#interpret(work, letters);
      const retries = letters.map((letter) => {
        const error = work.rejected.get(letter) ?? null;
        if (!error) this.#counts(work, letter).rejected--;
        return { letterId: letter.letterId, error };
      });
      await this.#commit(work, { reached: [], deadLetters: [], retries });
    });
    return letters.length;
  }

  async #interpret(work: Work, uplinks: readonly StoredUplink[]): Promise<void> {
    const { directory, sliceSize, takeTurns, onProblem } = this.#options;
    await this.#loadMemories(uplinks);
    const slice = sliceOf(uplinks.length, sliceSize);
    for (let index = 0; index < uplinks.length; index++) {
      if (index > 0 && index % slice === 0) {
        work.writes.begin(work.fresh);
        await takeTurns();
      }
      const uplink = uplinks[index]!;
      const outcome = interpret(uplink, directory);
      if (outcome.ok) {
        for (const problem of outcome.value.problems) onProblem(problem, uplink.deviceId);
        this.#sort(work, uplink, outcome.value);
      } else {
        onProblem(outcome.error, uplink.deviceId);
        work.rejected.set(uplink, outcome.error);
      }
    }
    await this.#settleDoubts(work);
  }

  /** News from repeats, readings from what is quarantined. */
  #sort(work: Work, uplink: StoredUplink, { samples, counter, firmware }: Interpretation): void {
    const add = this.#counts(work, uplink);
    const device = this.#device(work, uplink);
    const { memory } = device;
    if (firmware !== undefined) device.firmware = firmware;
    add.processed++;
    add.decoded += samples.length;
    memory.expectRows(samples.length);
    samples.forEach((judged, index) => {
      const { reading } = judged;
      const meeting = memory.meets(identitiesOf(judged, index, counter, uplink), reading?.observedAt ?? -Infinity);
      if (meeting === 'known') {
        add.duplicate++;
      } else if (reading && meeting === 'forgotten') {
        work.doubtful.push(reading);
      } else if (reading) {
        add.stored++;
        work.fresh.push(reading);
      } else {
        add.quarantined++;
        const { deviceTime = null, values } = judged.sample;
        const { deviceId, receivedAt } = uplink;
        work.quarantined.push({ deviceId, receivedAt, deviceTime, code: judged.refused, values });
      }
    });
  }

  async #settleDoubts(work: Work): Promise<void> {
    const { fresh, doubtful } = work;
    const repeats = await storedBefore(this.#options.telemetry, fresh, doubtful);
    for (const reading of doubtful) {
      const add = this.#counts(work, reading);
      if (repeats.has(reading)) {
        add.duplicate++;
      } else {
        add.stored++;
        fresh.push(reading);
      }
    }
  }

  async #commit(work: Work, rest: Pick<IngestCommit, 'reached' | 'deadLetters' | 'retries'>): Promise<void> {
    const { logId, records } = this.#options;
    for (const reading of await this.#write(work)) noteStored(this.#counts(work, reading), reading);
    const devices = [...work.devices].map(([deviceId, { days, firmware, memory, lastReceivedAt }]) => {
      const { late, clockRepaired, clockUnknown, ...add } = totalOf(days.values());
      const signs = { late, clockRepaired, clockUnknown, firmware };
      return { deviceId, add, signs, lastReceivedAt, memory: memory.encode() };
    });
    await records.commit({
      logId,
      devices,
      quarantined: work.quarantined,
      hours: hoursOf(work.fresh),
      quality: {
        slot: Math.max(0, this.#owned.indexOf(true)),
        counts: this.#qualityOf(work, rest.deadLetters),
      },
      ...rest,
    });
  }

  #qualityOf({ devices, quarantined }: Work, deadLetters: IngestCommit['deadLetters']): readonly QualityCount[] {
    const { directory } = this.#options;
    const modelOf = (deviceId: string) => directory.find(deviceId)?.device.model ?? '';
    const counts = new QualityCounts((time) => this.#days.dayOf(time));
    for (const [deviceId, { days, firmware }] of devices) {
      const model = modelOf(deviceId);
      const told = this.#toldFirmware(model, firmware);
      for (const [day, added] of days) counts.addDevice(day, model, told, added);
    }
    for (const letter of deadLetters) counts.addRejected(letter, modelOf(letter.deviceId));
    for (const reading of quarantined) {
      const { deviceId } = reading;
      const model = modelOf(deviceId);
      counts.addQuarantined(reading, model, this.#toldFirmware(model, devices.get(deviceId)?.firmware ?? null));
    }
    return counts.rows;
  }

  #toldFirmware(model: string, firmware: string | null): string | null {
    if (firmware === null) return null;
    let told = this.#firmwares.get(model);
    if (!told) this.#firmwares.set(model, (told = new Set()));
    if (told.size < MOST_FIRMWARES) told.add(firmware);
    return told.has(firmware) ? firmware : null;
  }

  /** Gives what is stored. What the store will never take is quarantined; everything else that fails is tried again. */
  async #write(work: Work): Promise<readonly Reading[]> {
    const refused = await work.writes.finish(work.fresh);
    if (refused.length === 0) return work.fresh;
    for (const { reading, detail } of refused) {
      const { deviceId, receivedAt, observedAt, values } = reading;
      const add = this.#counts(work, reading);
      add.stored--;
      add.quarantined++;
      work.quarantined.push({ deviceId, receivedAt, deviceTime: observedAt, code: REFUSED, values });
      this.#options.onProblem({ code: REFUSED, detail }, deviceId);
    }
    const never = new Set(refused.map(({ reading }) => reading));
    return work.fresh.filter((reading) => !never.has(reading));
  }

  #counts(work: Work, arrival: Pick<StoredUplink, 'deviceId' | 'receivedAt'>): DayCounts {
    const { days } = this.#device(work, arrival);
    const day = this.#days.dayOf(arrival.receivedAt);
    let counts = days.get(day);
    if (!counts) days.set(day, (counts = noCounts()));
    return counts;
  }

  #device(work: Work, { deviceId, receivedAt }: Pick<StoredUplink, 'deviceId' | 'receivedAt'>): DeviceWork {
    let device = work.devices.get(deviceId);
    if (!device) {
      const memory = this.#memories.get(deviceId)!;
      device = { days: new Map(), memory, firmware: null, lastReceivedAt: receivedAt };
      work.devices.set(deviceId, device);
    }
    if (receivedAt > device.lastReceivedAt) device.lastReceivedAt = receivedAt;
    return device;
  }

  /** After a fault the memories have moved on and the records may not have: what is at hand is no longer true. */
  async #orForget(act: (work: Work) => Promise<void>): Promise<void> {
    const writes = new ReadingWrites(this.#options.telemetry);
    try {
      await act({ devices: new Map(), fresh: [], doubtful: [], quarantined: [], rejected: new Map(), writes });
    } catch (fault) {
      this.#memories.clear();
      await writes.settled();
      throw fault;
    }
  }

  async #loadMemories(uplinks: readonly StoredUplink[]): Promise<void> {
    const present = new Set<string>();
    for (const { deviceId } of uplinks) present.add(deviceId);
    if (this.#memories.size + present.size > this.#options.memoriesKept) this.#memories.clear();
    const missing = [...present].filter((deviceId) => !this.#memories.has(deviceId));
    if (missing.length === 0) return;
    const stored = await this.#options.records.memories(missing);
    for (const deviceId of missing) {
      const bytes = stored.get(deviceId);
      this.#memories.set(deviceId, bytes ? DeviceMemory.decode(bytes) : DeviceMemory.empty());
    }
  }
}

function hoursOf(readings: readonly Reading[]): readonly number[] {
  const hours = new Set<number>();
  for (const { observedAt } of readings) hours.add(Math.floor(observedAt / HOUR_MS));
  return [...hours].map((hour) => hour * HOUR_MS);
}
