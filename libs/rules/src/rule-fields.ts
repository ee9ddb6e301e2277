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
} from '@stadtfunk/yaml';
