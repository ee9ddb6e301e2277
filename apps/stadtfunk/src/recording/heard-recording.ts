import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { RecordedCity, recordingLines, type Subjects, type UplinkSource } from '@stadtfunk/backtest';
import { describeDamage, isRecording, RecordedUplinks, RecordingReader } from '@stadtfunk/device-simulator';

/** A recording on its way into a backtest. */
export interface HeardRecording {
  readonly uplinks: UplinkSource;
  readonly subjects: Subjects;
  /** Once it was read: what was not as it should be, a line each. */
  problems(): readonly string[];
}

/** Opens a recording of either form: raw uplinks (docs/recording.md), or readings in text (docs/backtest.md). */
export async function heardRecording(file: string): Promise<HeardRecording> {
  if (!isRecording(await firstBytesOf(file))) {
    const city = new RecordedCity();
    return { uplinks: city.uplinks(recordingLines(createReadStream(file))), subjects: city, problems: () => [] };
  }
  const reader = await RecordingReader.open(createReadStream(file));
  const recorded = new RecordedUplinks();
  return {
    uplinks: recorded.uplinks(reader.blocks()),
    subjects: recorded,
    problems: () => [
      ...reader.damages.map(describeDamage),
      ...(recorded.unknown > 0
        ? [`${recorded.unknown} uplinks of devices of which it does not say what they are`]
        : []),
    ],
  };
}

async function firstBytesOf(file: string): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const bytes = new Uint8Array(16);
    return bytes.subarray(0, (await handle.read(bytes, 0, bytes.length, 0)).bytesRead);
  } finally {
    await handle.close();
  }
}
