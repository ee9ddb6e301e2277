export { describeProblem, nearest, shown, type FileProblem as RuleProblem } from '@stadtfunk/yaml';
