export { aLetter, describeDeadLetterOffice, type DeadLetterOfficeHarness } from './testing/dead-letter-office.ts';
