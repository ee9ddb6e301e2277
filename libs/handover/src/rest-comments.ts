import { ok } from '@stadtfunk/kernel';
import { putAt, valueAt } from './json-pointer.ts';
import type { NoteJournal } from './notes.ts';
import type { CommentsPlan } from './plan.ts';
import type { RestCaller } from './rest-caller.ts';

/** The comments of a record. */
export function restComments({ list, add }: CommentsPlan, caller: RestCaller): NoteJournal {
  return {
    list: async (externalId) => {
      const found = await caller.listAll(list, { externalId });
      if (!found.ok) return found;
      const texts = found.value.map((item) => valueAt(item, list.text));
      return ok(texts.map((text) => (typeof text === 'string' ? text : '')));
    },
    add: (externalId, text) => {
      const body: Record<string, unknown> = {};
      putAt(body, add.field, text);
      return caller.call({ method: add.method, url: add.url, values: { externalId }, body });
    },
  };
}
