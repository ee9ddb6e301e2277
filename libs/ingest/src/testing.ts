export { aLetter, describeDeadLetterOffice, type DeadLetterOfficeHarness } from './dead-letter-testing.ts';
