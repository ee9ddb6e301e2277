import type { Page } from '@stadtfunk/readings';
import type { AlertOutcome } from '../alert-list.ts';
import type { Alert } from '../alert.ts';
import type { MaintenanceWindow, NewWindow } from './maintenance-window.ts';
import type { NewShelf, Shelf, ShelfOfMany } from './shelf.ts';
import type { SuppressionRefusal } from './suppression.ts';

export interface SuppressionFilter {
  /** Not over at this moment, UTC ms. */
  readonly endingAfter?: number;
  /** Of shelves: of what they are about. */
  readonly subject?: string;
  readonly ruleId?: string;
  readonly limit: number;
  readonly after?: string;
}

/** What people have said about alerts that nobody is to be told of. It stays on record when it is over, with who, when and why. */
export abstract class AlertSuppressions {
  /** Puts an open alert aside. One that is shelved already gets the new end and reason, on a shelf of its own. */
  abstract shelve(shelf: NewShelf): Promise<Alert | SuppressionRefusal>;
  /** The same of up to `MOST_ALERTS_AT_ONCE`; all or nothing, in the order of the ids. Refused for its end alone. */
  abstract shelveAll(shelf: ShelfOfMany): Promise<readonly AlertOutcome[] | SuppressionRefusal>;
  /** Ends what keeps an alert shelved, before its time. Whoever is to be told is told then. */
  abstract unshelve(alertId: string, actor: string, at: number): Promise<Alert | SuppressionRefusal>;
  /** Newest first. */
  abstract listShelves(filter: SuppressionFilter): Promise<Page<Shelf>>;

  abstract addWindow(window: NewWindow): Promise<MaintenanceWindow | SuppressionRefusal>;
  /** Ends a window before its time; one that is over stays as it is. */
  abstract endWindow(windowId: string, actor: string, at: number): Promise<MaintenanceWindow | SuppressionRefusal>;
  abstract findWindow(windowId: string): Promise<MaintenanceWindow | undefined>;
  /** By when they start, the last first. */
  abstract listWindows(filter: SuppressionFilter): Promise<Page<MaintenanceWindow>>;

  /** Deletes up to `limit` shelves and windows that were to last until before `before` (UTC ms); gives how many. */
  abstract purge(before: number, limit: number): Promise<number>;
}

/** What time does to alerts whose job and notification wait. */
export abstract class AlertSettlement {
  /**
   * Forms groups and dissolves them, has shelves and windows end, and lets alerts out that have waited long enough. Whoever
   * does it at the same moment, it is done once; done again, it changes nothing. Gives how many alerts changed.
   */
  abstract settle(now: number): Promise<number>;
}
