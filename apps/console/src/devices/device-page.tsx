import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { Link, useParams } from 'react-router';
import { ApiError, call } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import type { Device, DeviceHealth } from '../api/types.ts';
import { useQuantities } from '../assets/asset-queries.ts';
import { BindingHistory } from '../assets/binding-history.tsx';
import { QuantityChart } from '../assets/course.tsx';
import { msOf } from '../api/duration.ts';
import { BatteryOutlook } from '../assets/forecast-facts.tsx';
import { useFormats } from '../i18n/formats.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { Badge, SeverityBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/field.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Facts, Page, Section } from '../ui/page.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { ExactTime, RelativeTime } from '../ui/time.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { toast } from '../ui/toasts.tsx';
import { useDevice, useDeviceHealth } from './device-queries.ts';
import { RawUplinks } from './raw-uplinks.tsx';
import { Tile } from './tile.tsx';
import { DEVICE_TEXTS } from './texts.ts';
import '../assets/assets.css';

const DAY_MS = 86_400_000;
const LINK_TIME_MS = 7 * DAY_MS;
const BATTERY_TIME_MS = 365 * DAY_MS;

export default function DevicePage(): ReactElement {
  const { deviceId = '' } = useParams();
  const t = useTexts(DEVICE_TEXTS);
  const device = useDevice(deviceId);
  if (device.data) return <DeviceView key={deviceId} device={device.data} />;
  return (
    <Page title={t.device} back={{ to: '/devices', title: t.back }}>
      <Loaded query={device}>{() => null}</Loaded>
    </Page>
  );
}

function DeviceView({ device }: { readonly device: Device }): ReactElement {
  const t = useTexts(DEVICE_TEXTS);
  const { deviceId, model, assetId, lifecycle } = device;
  const health = useDeviceHealth(deviceId);
  const path = `/devices/${encodeURIComponent(deviceId)}`;
  return (
    <Page
      title={deviceId}
      subtitle={
        <>
          {model} ·{' '}
          {assetId === null ? t.nowhere : <Link to={`/assets/${encodeURIComponent(assetId)}`}>{assetId}</Link>} ·{' '}
          <Badge tone={lifecycle === 'active' ? 'success' : 'neutral'}>{t[lifecycle]}</Badge>
        </>
      }
      back={{ to: '/devices', title: t.back }}
    >
      <div className="asset-grid">
        <div>
          <Loaded query={health}>{(told) => <Health health={told} path={path} />}</Loaded>
          <Section title={t.raw}>
            <RawUplinks deviceId={deviceId} />
          </Section>
        </div>
        <div>
          <Section title={t.state}>
            <div className="card">
              <Loaded query={health}>{(told) => <HealthFacts device={device} health={told} />}</Loaded>
            </div>
          </Section>
          <Section title={t.alerts}>
            <Loaded query={health}>{({ alerts }) => <OpenAlerts alerts={alerts} />}</Loaded>
          </Section>
          <Lifecycle device={device} />
          <Section title={t.where}>
            <BindingHistory path={path} of="asset" />
          </Section>
        </div>
      </div>
    </Page>
  );
}

function HealthFacts({ device, health }: { readonly device: Device; readonly health: DeviceHealth }): ReactElement {
  const t = useTexts(DEVICE_TEXTS);
  const formats = useFormats();
  const { interval, learnedInterval, jitter } = health.reporting;
  const rhythm = fill(learnedInterval === null ? t.everySet : t.every, {
    time: formats.duration(msOf(learnedInterval ?? interval)),
  });
  const late = msOf(jitter) >= 60_000 ? `, ${fill(t.jitter, { time: formats.duration(msOf(jitter)) })}` : '';
  return (
    <Facts
      facts={[
        [t.lastContact, <RelativeTime key="c" time={health.lastContactAt} />],
        [t.lastMeasurement, <RelativeTime key="m" time={health.lastMeasurementAt} />],
        [t.interval, rhythm + late],
        [t.firmware, health.firmware ?? <span className="muted">{t.unnamed}</span>],
        [t.clock, health.clock === null ? '–' : t[health.clock]],
        [t.battery, <BatteryOutlook key="b" battery={health.battery} />],
        [t.imei, device.imei ?? '–'],
        [t.iccid, device.iccid ?? '–'],
        [t.topic, device.topic],
        [t.registered, <ExactTime key="r" time={device.createdAt} />],
      ]}
    />
  );
}

const MEASURES = ['late', 'duplicate', 'quarantined', 'rejected', 'clockRepaired', 'clockUnknown'] as const;

function Health({ health, path }: { readonly health: DeviceHealth; readonly path: string }): ReactElement {
  const t = useTexts(DEVICE_TEXTS);
  const formats = useFormats();
  const known = useQuantities();
  const { counts, shares, link } = health;
  const intervalMs = msOf(health.reporting.learnedInterval ?? health.reporting.interval);
  const radio = (['rsrq', 'snr'] as const).filter((name) => link?.[name] !== undefined);
  const charts: readonly { quantities: readonly string[]; lengthMs: number }[] = [
    ...(link?.rsrp === undefined ? [] : [{ quantities: ['rsrp'], lengthMs: LINK_TIME_MS }]),
    ...(radio.length === 0 ? [] : [{ quantities: radio, lengthMs: LINK_TIME_MS }]),
    ...(link?.rsrp !== undefined || link?.csq === undefined ? [] : [{ quantities: ['csq'], lengthMs: LINK_TIME_MS }]),
    {
      quantities: [health.battery.low?.quantity ?? 'batteryVoltage'],
      lengthMs: BATTERY_TIME_MS,
    },
  ];
  return (
    <>
      <Section title={t.shares}>
        <dl className="tiles">
          <Tile name={t.uplinks} value={formats.number((counts?.processed ?? 0) + (counts?.rejected ?? 0))} />
          <Tile name={t.readings} value={formats.number(counts?.stored ?? 0)} />
          {MEASURES.map((measure) => (
            <Tile
              key={measure}
              name={t[measure]}
              value={shares[measure] === null ? '–' : formats.percent(shares[measure], 1)}
              more={fill(t.ofTotal, { n: formats.number(counts?.[measure] ?? 0) })}
            />
          ))}
        </dl>
      </Section>
      <Section title={t.link}>
        {link === null ? (
          <p className="muted">{t.noLink}</p>
        ) : (
          link.coverage !== null && (
            <p>
              {t.coverage}: {t[`coverage${link.coverage as 0 | 1 | 2}`]}
            </p>
          )
        )}
        <Loaded query={known}>
          {(all) => (
            <div className="charts">
              {charts.map(({ quantities, lengthMs }) => (
                <QuantityChart
                  key={quantities.join()}
                  path={path}
                  quantities={quantities}
                  known={all}
                  lengthMs={lengthMs}
                  intervalMs={intervalMs}
                />
              ))}
            </div>
          )}
        </Loaded>
      </Section>
    </>
  );
}

function OpenAlerts({ alerts }: { readonly alerts: DeviceHealth['alerts'] }): ReactElement {
  const t = useTexts(DEVICE_TEXTS);
  const pick = usePick();
  if (alerts.length === 0) return <Empty title={t.noAlerts} isGood />;
  return (
    <ul className="card">
      {alerts.map(({ alertId, title, severity, raisedAt }) => (
        <li key={alertId}>
          <SeverityBadge severity={severity} /> <Link to={`/alerts/${alertId}`}>{pick(title)}</Link>{' '}
          <span className="muted">
            <RelativeTime time={raisedAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}

const LIFECYCLES = ['planned', 'active', 'maintenance', 'retired'] as const;

/** Arrow keys go through the choices: only the button decides. */
function Lifecycle({ device: { deviceId, lifecycle, version } }: { readonly device: Device }): ReactElement | null {
  const t = useTexts(DEVICE_TEXTS);
  const words = useTexts(UI_TEXTS);
  const caller = useCaller();
  const client = useQueryClient();
  const [wanted, setWanted] = useState(lifecycle);
  const [known, setKnown] = useState(lifecycle);
  if (known !== lifecycle) {
    // Somebody else has changed it; what was chosen here stays.
    setKnown(lifecycle);
    if (wanted === known) setWanted(lifecycle);
  }
  const change = useMutation({
    mutationFn: (next: string) =>
      call<Device>(
        'PATCH',
        `/devices/${encodeURIComponent(deviceId)}`,
        { lifecycle: next },
        { headers: { 'if-match': `"${version}"` } },
      ),
    onSuccess: (device) => {
      client.setQueryData(queryKeys.device(deviceId), device);
      toast(t.saved);
    },
    // As it is now, so that it can be looked at, and saved then.
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'device.conflict') {
        client.setQueryData(queryKeys.device(deviceId), error.body['device']);
      }
    },
  });
  if (!caller.may('devices.write')) return null;
  return (
    <Section title={t.lifecycle}>
      <form
        className="card form"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== lifecycle) change.mutate(wanted);
        }}
      >
        <Select
          label={t.changeState}
          value={wanted}
          onChange={(event) => setWanted(event.target.value as Device['lifecycle'])}
          options={LIFECYCLES.map((each) => ({ value: each, label: t[each] }))}
        />
        {wanted !== lifecycle && (
          <div className="form__actions">
            <Button kind="primary" type="submit" busy={change.isPending}>
              {words.save}
            </Button>
          </div>
        )}
        <ErrorNotice error={change.error} />
      </form>
    </Section>
  );
}
