import { useEffect } from 'react';
import { createStore, useStore } from '../shell/store.ts';

/** Something on the page that is kept nowhere else. */
export interface Risk {
  /** What would be lost, for whoever is about to leave. */
  readonly text: string;
  /** It stands in a dialog: what leads on from there is meant, and only going back in the browser is not. */
  readonly isInDialog: boolean;
}

const risks = createStore<readonly Risk[]>([]);
/** Whoever is asked whether to leave answers to this. */
const question = createStore<((isLeaving: boolean) => void) | null>(null);

/** While `text` says what would be lost with the page, nobody leaves it without being asked. Null: nothing would be. */
export function useAtRisk(text: string | null, isInDialog = false): void {
  useEffect(() => (text === null ? undefined : addRisk({ text, isInDialog })), [text, isInDialog]);
}

/** What this gives takes it away again. */
export function addRisk(risk: Risk): () => void {
  risks.set([...risks.get(), risk]);
  return () => risks.set(risks.get().filter((each) => each !== risk));
}

export function useRisks(): readonly Risk[] {
  return useStore(risks);
}

export function presentRisks(): readonly Risk[] {
  return risks.get();
}

/** What was at risk is saved, or given up: the page may go. */
export function dropRisks(): void {
  risks.set([]);
}

/** Leaves the page by another way than a link: at once where nothing is at risk, else if the person says so. */
export function whenLeaving(leave: () => void): void {
  if (risks.get().length === 0) leave();
  else question.set((isLeaving) => isLeaving && leave());
}

/** Whether the question of `whenLeaving` is open. */
export function useIsAskedToLeave(): boolean {
  return useStore(question) !== null;
}

export function answerLeaving(isLeaving: boolean): void {
  const answer = question.get();
  question.set(null);
  answer?.(isLeaving);
}
