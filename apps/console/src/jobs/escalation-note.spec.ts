import { describe, expect, it } from 'vitest';
import { escalationIn } from './escalation-note.ts';

describe('what the history says of a step of escalation', () => {
  it('is read with all who were told', () => {
    expect(escalationIn('step 2: Bereitschaft 1 (onCall), Leitung (Abfall) (lead)')).toEqual({
      step: 2,
      told: [
        { name: 'Bereitschaft 1', role: 'onCall' },
        { name: 'Leitung (Abfall)', role: 'lead' },
      ],
    });
    expect(escalationIn('step 1: nobody to tell')).toEqual({ step: 1, told: [] });
  });

  it('is left alone where it is something else', () => {
    expect(escalationIn('Step 1: Deckel ab')).toBeNull();
    expect(escalationIn('step 1: Deckel ab')).toBeNull();
  });
});
