import type { Map as MapLibreMap } from 'maplibre-gl';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SituationAsset } from '../../api/types.ts';
import { ShownAssets } from './asset-layers.ts';

const asset = (assetId: string, severity?: 'critical' | 'minor'): SituationAsset => ({
  ...{ assetId, type: 'WasteContainer', name: null, coordinates: [8.9, 50.1], district: null, department: 'waste' },
  ...{ alerts: severity ? [{ alertId: `of-${assetId}`, severity }] : [], jobIds: [], lastContactAt: null },
});

describe('The assets on the map', () => {
  /** What was sent to the map's worker: source, and how many assets. */
  let sent: [string, string, number][];
  let visible: Map<string, string>;
  /** While there is one, the worker is not done before it is. */
  let worker: Promise<void> | undefined;
  let shown: ShownAssets;
  beforeEach(() => {
    sent = [];
    visible = new Map();
    worker = undefined;
    const source = (id: string) => ({
      setData: async ({ features }: { features: readonly unknown[] }) => {
        sent.push([id, 'all', features.length]);
        await worker;
      },
      updateData: async ({ add, remove }: { add: readonly unknown[]; remove: readonly unknown[] }) => {
        sent.push([id, 'changes', add.length + remove.length]);
        await worker;
      },
    });
    const map = {
      getSource: source,
      getLayoutProperty: (layer: string) => visible.get(layer) ?? 'none',
      setLayoutProperty: (layer: string, _name: string, value: string) => visible.set(layer, value),
    };
    shown = new ShownAssets(map as unknown as MapLibreMap);
  });
  const layers = () => [...visible].flatMap(([layer, value]) => (value === 'visible' ? [layer] : [])).sort();

  it('are there again at once when the filters are taken off: nothing is sent', async () => {
    const city = [asset('a'), asset('b', 'minor'), asset('c')];
    await shown.show(city, true);
    await shown.show(city.slice(1, 2), false);
    expect(layers()).toEqual(['filtered-assets-clusters', 'filtered-assets-points']);
    await shown.show(city, true);

    expect(layers()).toEqual(['assets-clusters', 'assets-points']);
    expect(sent).toEqual([
      ['assets', 'all', 3],
      ['filtered-assets', 'all', 1],
    ]);
  });

  it('are sent again only where they look different, though all were read anew', async () => {
    await shown.show([asset('a'), asset('b', 'minor'), asset('c')], true);
    await shown.show([asset('a'), asset('b', 'critical')], true);
    expect(sent.at(-1)).toEqual(['assets', 'changes', 2]);
  });

  it('are those that were wanted last, whatever the worker does first', async () => {
    let done: () => void = () => undefined;
    worker = new Promise((resolve) => (done = resolve));
    const filtered = shown.show([asset('b')], false);
    worker = undefined;
    await shown.show([asset('a'), asset('b')], true);
    done();
    await filtered;
    expect(layers()).toEqual(['assets-clusters', 'assets-points']);
  });
});
