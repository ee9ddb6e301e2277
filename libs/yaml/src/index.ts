export {
  DURATION,
  readCount,
  readDuration,
  readNames,
  readOneOf,
  readPattern,
  readText,
  readTitle,
  refuse,
} from './fields.ts';
export { linesOfItem, plainItems, withField, writtenItem } from './list-items.ts';
export { describeProblem, nearest, shown, type FileProblem, type ParserCode } from './problem.ts';
export { isAbsent, valueOf, YamlReader, type Spot } from './yaml-reader.ts';
