export { isAbsent, valueOf, YamlReader, type Spot } from '@stadtfunk/yaml';
