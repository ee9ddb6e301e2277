import { Fault } from '@stadtfunk/kernel';

/** Of one line, in UTF-16 units: an uplink with some thousand readings. What is longer is no recording. */
const LONGEST_LINE = 1_000_000;

/** The lines of a recording as it is read. Fault `recording.invalid` where it is not UTF-8 text, or has lines without an end. */
export async function* recordingLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let begun: string[] = [];
  let length = 0;
  let number = 1;
  const decode = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw new Fault('recording.invalid', `line ${number} or one soon after: not UTF-8`, false, cause);
    }
  };
  const check = () => {
    if (length <= LONGEST_LINE) return;
    throw new Fault('recording.invalid', `line ${number}: longer than ${LONGEST_LINE} characters`, false);
  };
  for await (const chunk of chunks) {
    const parts = decode(chunk).split('\n');
    for (const [index, part] of parts.entries()) {
      length += part.length;
      check();
      begun.push(part);
      if (index === parts.length - 1) break;
      yield begun.join('');
      begun = [];
      length = 0;
      number++;
    }
  }
  const rest = begun.join('') + decode();
  if (rest !== '') yield rest;
}
