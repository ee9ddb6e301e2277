import type { Asset } from '@stadtfunk/devices';
import { idFrom } from '@stadtfunk/kernel';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertFilter, AlertSelection } from '../alert-list.ts';
import type { Alert } from '../alert.ts';
import type { Job } from '../job.ts';
import type { MaintenanceStore } from '../maintenance-store.ts';
import { aJob, anAlert, type MaintenanceStoreHarness } from '../testing.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const id = (name: string) => anAlert(name).alertId;

function anAsset(assetId: string, differences: Partial<Asset> = {}): Asset {
  return {
    assetId,
    type: 'WasteContainer',
    name: null,
    location: { type: 'Point', coordinates: [8.9, 50.1] },
    district: null,
    address: null,
    department: null,
    attributes: {},
    ...differences,
  };
}

const EXPLANATION: NonNullable<Alert['explanation']> = {
  raised: { ruleVersion: '1', since: NOON, forMs: 0, readings: [], conditions: [] },
  worsened: [],
  clears: { text: 'x', forMs: 0, terms: [] },
  cleared: null,
};

/** What every store of alerts gives and does that a list of them needs. */
export function describeAlertList(name: string, make: () => Promise<MaintenanceStoreHarness>): void {
  describe(`the list of alerts of ${name}`, () => {
    let harness: MaintenanceStoreHarness | undefined;
    let store: MaintenanceStore;

    beforeEach(async () => {
      harness ??= await make();
      store = await harness.fresh();
    });
    afterAll(() => harness?.close());

    const raise = (
      alerts: readonly Alert[],
      jobs: readonly Omit<Job, 'number'>[] = [],
      assets: readonly Asset[] = [],
    ) => harness!.raise(alerts, jobs, assets);
    const letter = ({ deviceId }: Alert) => deviceId.slice('device-'.length);
    const listed = async (filter: Partial<AlertFilter>) =>
      (await store.listAlerts({ limit: 100, ...filter })).items.map(letter).join('');
    const told = async (type: string) => (await store.events(null, 1_000)).filter((event) => event.type === type);

    it('shows the place, whom it concerns and the job beside an alert', async () => {
      const address = { streetAddress: 'Marktplatz 1' };
      const asset = anAsset('a', { name: 'Glas Markt', district: 'Innenstadt', address });
      const job = aJob('lamp', {
        department: 'lighting',
        assignee: 'Bernd Kraus',
        state: 'assigned',
        alertIds: [id('a')],
      });
      await raise([anAlert('a'), anAlert('b'), anAlert('c', { subject: 'device:c', assetId: null })], [job], [asset]);

      const { items } = await store.listAlerts({ limit: 9 });

      const entry = items.find(({ alertId }) => alertId === id('a'));
      expect(entry).toEqual({
        ...anAlert('a'),
        place: {
          assetId: 'a',
          type: 'WasteContainer',
          name: 'Glas Markt',
          district: 'Innenstadt',
          street: 'Marktplatz 1',
        },
        departments: ['lighting', 'waste'],
        job: {
          jobId: job.jobId,
          number: expect.any(Number) as number,
          state: 'assigned',
          department: 'lighting',
          priority: 'normal',
          assignee: 'Bernd Kraus',
          dueAt: job.dueAt,
        },
      });
      for (const other of ['b', 'c']) {
        const bare = items.find(({ alertId }) => alertId === id(other));
        expect(bare).toMatchObject({ place: null, departments: [], job: null });
      }
    });

    it('shows the job that is still to be done before others, and that of the group of a member', async () => {
      const jobOf = (jobName: string, alertName: string, state: Job['state']) =>
        aJob(jobName, { state, alertIds: [id(alertName)] });
      await raise(
        [anAlert('a'), anAlert('g'), anAlert('m', { groupAlertId: id('g') })],
        [jobOf('1', 'a', 'open'), jobOf('2', 'a', 'cancelled'), jobOf('3', 'g', 'open'), jobOf('4', 'm', 'cancelled')],
      );
      const { items } = await store.listAlerts({ limit: 9 });
      const jobIdOf = (alertName: string) => items.find(({ alertId }) => alertId === id(alertName))?.job?.jobId;

      expect(jobIdOf('a')).toBe(aJob('1').jobId);
      expect(jobIdOf('m')).toBe(aJob('3').jobId);
    });

    it('tells apart where alerts stand', async () => {
      await raise([
        anAlert('u'),
        anAlert('a', { acknowledgedAt: NOON, acknowledgedBy: 'Anna' }),
        anAlert('s', { suppression: { kind: 'shelved', until: NOON + 1 } }),
        anAlert('d', { suppression: { kind: 'byDesign', until: null } }),
        anAlert('o', { suppression: { kind: 'outOfService', until: NOON + 1 } }),
        anAlert('c', {
          clearedAt: NOON + 1,
          clearReason: 'measured',
          suppression: { kind: 'shelved', until: NOON + 1 },
        }),
      ]);

      expect(await listed({ states: ['unacknowledged'] })).toBe('u');
      expect(await listed({ states: ['acknowledged'] })).toBe('a');
      expect(await listed({ states: ['shelved'] })).toBe('s');
      expect([...(await listed({ states: ['suppressed'] }))].sort().join('')).toBe('do');
      expect(await listed({ states: ['cleared'] })).toBe('c');
      expect([...(await listed({ states: ['cleared', 'shelved'] }))].sort().join('')).toBe('cs');
      expect(await listed({ states: [] })).toBe('');
    });

    it('filters by what the asset is and where, by whom it concerns, since when and which', async () => {
      await raise(
        [
          anAlert('a', { raisedAt: NOON }),
          anAlert('b', { raisedAt: NOON + 1, severity: 'critical' }),
          anAlert('c', { raisedAt: NOON + 2, severity: 'warning' }),
        ],
        [aJob('x', { department: 'parking', alertIds: [id('c')] })],
        [
          anAsset('a', { district: 'Nord' }),
          anAsset('b', { type: 'Streetlight', district: 'Süd' }),
          anAsset('c', { department: 'waste', district: 'Süd' }),
        ],
      );

      expect(await listed({ assetType: 'Streetlight' })).toBe('b');
      expect(await listed({ district: 'Süd' })).toBe('cb');
      expect(await listed({ departments: ['waste'] })).toBe('ca');
      expect(await listed({ departments: ['parking', 'lighting'] })).toBe('cb');
      expect(await listed({ departments: [] })).toBe('');
      expect(await listed({ severities: ['critical', 'warning'] })).toBe('cb');
      expect(await listed({ since: NOON + 1 })).toBe('cb');
      expect(await listed({ alertIds: [id('a'), id('c'), idFrom('another')] })).toBe('ca');
      expect(await listed({ alertIds: ["' or true"] })).toBe('');
      expect(await listed({ alertIds: [] })).toBe('');
      expect(await listed({ district: 'Süd', severities: ['critical'], states: ['unacknowledged'] })).toBe('b');
    });

    it('finds words in title, rule, device, asset and place, whatever they look like', async () => {
      await raise(
        [anAlert('a', { ruleId: 'bin.50%' }), anAlert('b', { title: { de: 'Lampe dunkel', en: 'Lamp is dark' } })],
        [],
        [
          anAsset('a', {
            name: 'Glas_Markt',
            address: { streetAddress: 'Hauptstraße 5' },
            attributes: { serialNumber: 'SN-7' },
          }),
          anAsset('b', { type: 'Streetlight', district: 'Kesselstadt', attributes: { streetPoleNum: '4711' } }),
        ],
      );

      for (const word of ['BEHÄLTER', 'container FULL', 'bin.50%', 'device-a', 'glas_', 'hauptstraße', 'sn-7']) {
        expect([word, await listed({ words: word.split(' ') })]).toEqual([word, 'a']);
      }
      for (const word of ['dunkel', 'lamp dark', '4711', 'kessel']) {
        expect([word, await listed({ words: word.split(' ') })]).toEqual([word, 'b']);
      }
      for (const word of ['%', '_', '\\', "'; drop table alerts"]) {
        const found = word === '%' || word === '_' ? 'a' : '';
        expect([word, await listed({ words: [word] })]).toEqual([word, found]);
      }
      expect(await listed({ words: ['lamp', 'glas'] })).toBe('');
    });

    it('is in the order asked for, and pages in each of them while alerts come and change', async () => {
      const severities = ['warning', 'critical', 'minor', 'major'] as const;
      const old = severities.flatMap((severity, index) =>
        [0, 1].map((second) => anAlert(`${index}${second}`, { severity, raisedAt: NOON + index + 4 * second })),
      );
      await raise(old);
      const inOrder = {
        severity: '1110' + '3130' + '2120' + '0100',
        newest: '3121110130201000',
        oldest: '0010203001112131',
      };

      for (const [order, expected] of Object.entries(inOrder)) {
        const seen: Alert[] = [];
        let after: string | undefined;
        do {
          const page = await store.listAlerts({
            limit: 3,
            order: order as 'newest',
            explained: false,
            ...(after !== undefined && { after }),
          });
          seen.push(...page.items);
          after = page.next ?? undefined;
          const name = `${order}-${seen.length}`;
          const raisedAt = order === 'oldest' ? NOON - 1_000 : NOON + 1_000;
          await raise([anAlert(name, { severity: 'critical', raisedAt })]);
          await store.acknowledgeAlerts({ alertIds: [seen[0]!.alertId], actor: 'Anna', at: NOON });
        } while (after !== undefined);
        const isOld = ({ deviceId }: Alert) => old.some((alert) => alert.deviceId === deviceId);
        expect(seen.filter(isOld).map(letter).join('')).toBe(expected);
        expect(new Set(seen.map(({ alertId }) => alertId)).size).toBe(seen.length);
      }
    });

    it('leaves explanations out where they are not wanted', async () => {
      await raise([anAlert('a', { explanation: EXPLANATION })]);

      expect((await store.listAlerts({ limit: 1 })).items[0]).toMatchObject({ explanation: EXPLANATION });
      expect((await store.listAlerts({ limit: 1, explained: false })).items[0]).not.toHaveProperty('explanation');
    });

    it('counts open alerts that are alike', async () => {
      await raise(
        [
          anAlert('a'),
          anAlert('b'),
          anAlert('c', { severity: 'critical', acknowledgedAt: NOON, acknowledgedBy: 'Anna' }),
          anAlert('d', { clearedAt: NOON, clearReason: 'measured' }),
          anAlert('e', { suppression: { kind: 'shelved', until: NOON + 1 } }),
        ],
        [],
        [anAsset('a', { district: 'Nord' }), anAsset('b', { district: 'Nord' }), anAsset('c')],
      );
      const tallied = async (selection: AlertSelection) =>
        (await store.tallyAlerts(selection))
          .map(({ severity, state, ruleId, assetType, district, count }) =>
            [count, severity, state, ruleId, assetType, district].map(String).join(' '),
          )
          .sort();

      expect(await tallied({})).toEqual([
        '1 critical acknowledged bin-full WasteContainer null',
        '1 minor shelved bin-full null null',
        '2 minor unacknowledged bin-full WasteContainer Nord',
      ]);
      expect(await tallied({ severities: ['critical'] })).toHaveLength(1);
      expect(await tallied({ states: ['cleared'] })).toEqual([]);
    });

    it('has many acknowledged at once, and says of each what became of it', async () => {
      await raise([
        anAlert('a'),
        anAlert('b', { acknowledgedAt: NOON, acknowledgedBy: 'Bernd' }),
        anAlert('c', { clearedAt: NOON, clearReason: 'measured' }),
        anAlert('d'),
      ]);
      const alertIds = ['d', 'c', 'b', 'a'].map(id);
      const step = { alertIds: [...alertIds, idFrom('another'), 'x'], actor: 'Anna', at: NOON + 5 };
      const outcomes = [
        { alertId: id('d'), outcome: 'done', code: null },
        { alertId: id('c'), outcome: 'gone', code: 'alert.cleared' },
        { alertId: id('b'), outcome: 'conflict', code: 'alert.acknowledged' },
        { alertId: id('a'), outcome: 'done', code: null },
        { alertId: idFrom('another'), outcome: 'gone', code: 'alert.unknown' },
        { alertId: 'x', outcome: 'gone', code: 'alert.unknown' },
      ];

      expect(await store.acknowledgeAlerts(step)).toEqual(outcomes);
      // Asked again after an answer that was lost.
      expect(await store.acknowledgeAlerts({ ...step, at: NOON + 9 })).toEqual(outcomes);

      expect(await store.findAlert(id('a'))).toMatchObject({ acknowledgedAt: NOON + 5, acknowledgedBy: 'Anna' });
      expect(await store.findAlert(id('b'))).toMatchObject({ acknowledgedBy: 'Bernd' });
      expect(await store.findAlert(id('c'))).toMatchObject({ acknowledgedAt: null });
      expect((await told('alert.acknowledged')).map(({ data }) => letter(data as Alert))).toEqual(['d', 'a']);
    });

    it('has the jobs of many assigned at once, each once, and that of the group of a member', async () => {
      await raise(
        [
          anAlert('a'),
          anAlert('b'),
          anAlert('g'),
          anAlert('m', { groupAlertId: id('g') }),
          anAlert('n'),
          anAlert('c', { clearedAt: NOON, clearReason: 'measured' }),
        ],
        [
          aJob('both', { alertIds: [id('a'), id('b')].sort() }),
          aJob('group', { alertIds: [id('g')], state: 'inProgress', assignee: 'Bernd' }),
          aJob('over', { alertIds: [id('n')], state: 'verified', closedAt: NOON }),
        ],
      );
      const alertIds = [...['a', 'b', 'm', 'n', 'c'].map(id), idFrom('another')];
      const step = { alertIds, actor: 'Anna', at: NOON + 5, assignee: 'Kolonne 3' };
      const outcomes = [
        ...['a', 'b', 'm'].map((alertName) => ({ alertId: id(alertName), outcome: 'done', code: null })),
        { alertId: id('n'), outcome: 'conflict', code: 'alert.withoutJob' },
        { alertId: id('c'), outcome: 'gone', code: 'alert.cleared' },
        { alertId: idFrom('another'), outcome: 'gone', code: 'alert.unknown' },
      ];

      expect(await store.assignAlerts(step)).toEqual(outcomes);
      expect(await store.assignAlerts({ ...step, at: NOON + 9 })).toEqual(outcomes);

      for (const jobName of ['both', 'group']) {
        const { jobId } = aJob(jobName);
        expect(await store.findJob(jobId)).toMatchObject({ state: 'assigned', assignee: 'Kolonne 3', version: 2 });
        const history = (await store.jobHistory(jobId)).filter(({ action }) => action === 'assign');
        expect(history).toMatchObject([{ at: NOON + 5, actor: 'Anna', changes: { assignee: 'Kolonne 3' } }]);
      }
      expect(await told('job.changed')).toHaveLength(2);
    });

    it('leaves jobs of other departments as they are', async () => {
      await raise([anAlert('a')], [aJob('theirs', { alertIds: [id('a')], department: 'parking' })]);
      const step = { alertIds: [id('a')], actor: 'Anna', at: NOON + 5, assignee: 'Kolonne 3' };

      expect(await store.assignAlerts({ ...step, departments: ['waste'] })).toEqual([
        { alertId: id('a'), outcome: 'conflict', code: 'job.foreign' },
      ]);
      expect(await store.findJob(aJob('theirs').jobId)).toMatchObject({ state: 'open', assignee: null, version: 1 });
      expect(await store.assignAlerts({ ...step, departments: ['waste', 'parking'] })).toMatchObject([
        { outcome: 'done' },
      ]);
    });
  });
}
