import { idFrom } from '@stadtfunk/kernel';
import {
  AlertSuppressions,
  checkShelf,
  checkWindow,
  MOST_WINDOWS,
  shelfEnd,
  windowEnd,
  type Alert,
  type AlertOutcome,
  type MaintenanceWindow,
  type NewShelf,
  type NewWindow,
  type Shelf,
  type ShelfOfMany,
  type SuppressionFilter,
  type SuppressionRefusal,
} from '@stadtfunk/maintenance';
import type { Page } from '@stadtfunk/readings';
import type { MemoryMaintenanceStore } from './memory-maintenance-store.ts';
import { pageOf } from './page-of.ts';

/** Shelves and maintenance windows in memory: the twin of the adapter, without what time does to them. */
export class MemorySuppressions extends AlertSuppressions {
  readonly shelves: Shelf[] = [];
  readonly windows: MaintenanceWindow[] = [];
  readonly #store: Pick<MemoryMaintenanceStore, 'findAlert' | 'putAlert'>;
  readonly #shelved = new Set<string>();

  constructor(store: Pick<MemoryMaintenanceStore, 'findAlert' | 'putAlert'>) {
    super();
    this.#store = store;
  }

  override async shelve(shelf: NewShelf): Promise<Alert | SuppressionRefusal> {
    const { alertId, at, actor, scope, until, reason } = shelf;
    const checked = checkShelf(shelf);
    if (!checked.ok) return checked.error as SuppressionRefusal;
    const alert = await this.#open(alertId);
    if ('code' in alert) return alert;
    this.#end(alertId, actor, at);
    const { subject, ruleId } = alert;
    const shelfId = idFrom('shelf', this.shelves.length);
    const ended = { endedAt: null, endedBy: null };
    this.shelves.push({
      shelfId,
      alertId,
      subject,
      ruleId,
      scope,
      since: at,
      until,
      reason,
      shelvedBy: actor,
      ...ended,
    });
    this.#shelved.add(alertId);
    const { groupAlertId: _group, ...single } = alert;
    return this.#put({ ...single, suppression: { kind: 'shelved', until } }, 'alert.shelved');
  }

  override async shelveAll({ alertIds, ...shelf }: ShelfOfMany): Promise<readonly AlertOutcome[] | SuppressionRefusal> {
    const checked = checkShelf(shelf);
    if (!checked.ok) return checked.error as SuppressionRefusal;
    const outcomes: AlertOutcome[] = [];
    for (const alertId of alertIds) {
      const shelved = await this.shelve({ ...shelf, alertId });
      const code = 'code' in shelved ? (shelved.code as AlertOutcome['code']) : null;
      outcomes.push({ alertId, outcome: code === null ? 'done' : 'gone', code });
    }
    return outcomes;
  }

  override async unshelve(alertId: string, actor: string, at: number): Promise<Alert | SuppressionRefusal> {
    const alert = await this.#open(alertId);
    if ('code' in alert) return alert;
    if (!this.#shelved.delete(alertId)) {
      return { code: 'alert.notShelved', detail: `alert ${alertId} is not shelved` };
    }
    this.#end(alertId, actor, at);
    return this.#put({ ...alert, suppression: { kind: 'shelved', until: at } }, 'alert.unshelved');
  }

  override async listShelves({ endingAfter = 0, subject, ruleId, ...page }: SuppressionFilter): Promise<Page<Shelf>> {
    const isOf = (shelf: Shelf) =>
      (subject === undefined || shelf.subject === subject) && (ruleId === undefined || shelf.ruleId === ruleId);
    const found = this.shelves.filter((shelf) => shelfEnd(shelf) > endingAfter && isOf(shelf)).reverse();
    return pageOf(found, ({ shelfId }) => shelfId, page);
  }

  override async addWindow(window: NewWindow): Promise<MaintenanceWindow | SuppressionRefusal> {
    const { scope, startsAt, endsAt, reason, actor, at } = window;
    const checked = checkWindow(window);
    if (!checked.ok) return checked.error as SuppressionRefusal;
    if (this.windows.filter((each) => windowEnd(each) > at).length >= MOST_WINDOWS) {
      return { code: 'window.tooMany', detail: `there are ${MOST_WINDOWS} maintenance windows already` };
    }
    const windowId = idFrom('window', this.windows.length);
    const ended = { endedAt: null, endedBy: null };
    const added = { windowId, scope, startsAt, endsAt, reason, createdAt: at, createdBy: actor, ...ended };
    this.windows.push(added);
    return added;
  }

  override async endWindow(id: string, actor: string, at: number): Promise<MaintenanceWindow | SuppressionRefusal> {
    const index = this.windows.findIndex(({ windowId }) => windowId === id);
    const window = this.windows[index];
    if (!window) return { code: 'window.unknown', detail: `there is no window ${id}` };
    if (windowEnd(window) <= at) return window;
    return (this.windows[index] = { ...window, endedAt: at, endedBy: actor });
  }

  override async findWindow(id: string): Promise<MaintenanceWindow | undefined> {
    return this.windows.find(({ windowId }) => windowId === id);
  }

  override async listWindows({ endingAfter = 0, ...page }: SuppressionFilter): Promise<Page<MaintenanceWindow>> {
    const found = this.windows
      .filter((window) => windowEnd(window) > endingAfter)
      .sort((a, b) => b.startsAt - a.startsAt);
    return pageOf(found, ({ windowId }) => windowId, page);
  }

  override async purge(before: number, limit: number): Promise<number> {
    const shelves = this.shelves.filter(({ until }) => until < before).slice(0, limit);
    const windows = this.windows.filter(({ endsAt }) => endsAt < before).slice(0, limit - shelves.length);
    for (const shelf of shelves) this.shelves.splice(this.shelves.indexOf(shelf), 1);
    for (const window of windows) this.windows.splice(this.windows.indexOf(window), 1);
    return shelves.length + windows.length;
  }

  #put(alert: Alert, type: string): Alert {
    this.#store.putAlert(alert, type);
    return alert;
  }

  async #open(alertId: string): Promise<Alert | SuppressionRefusal> {
    const alert = await this.#store.findAlert(alertId);
    if (!alert) return { code: 'alert.unknown', detail: `there is no alert ${alertId}` };
    return alert.clearedAt === null ? alert : { code: 'alert.cleared', detail: `alert ${alertId} is over` };
  }

  #end(alertId: string, actor: string, at: number): void {
    this.shelves.forEach((shelf, index) => {
      if (shelf.alertId === alertId && shelfEnd(shelf) > at) {
        this.shelves[index] = { ...shelf, endedAt: at, endedBy: actor };
      }
    });
  }
}
