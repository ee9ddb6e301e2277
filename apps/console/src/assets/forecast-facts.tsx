import type { ReactElement } from 'react';
import type { Forecast } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { Facts } from '../ui/page.tsx';
import { Loaded } from '../ui/states.tsx';
import { useForecast } from './asset-queries.ts';
import { ASSET_TEXTS } from './texts.ts';

type Battery = Forecast['batteries'][number];
interface Moments {
  readonly expectedAt: string | null;
  readonly earliestAt: string | null;
  readonly latestAt: string | null;
}

/** When a container will be full and batteries low, with how sure that is. */
export function ForecastFacts({ assetId }: { readonly assetId: string }): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  const formats = useFormats();
  return (
    <Loaded query={useForecast(assetId)}>
      {({ filling, batteries }) => {
        const facts: (readonly [string, string | ReactElement])[] = (filling?.reaches ?? []).map((reach) => [
          fill(t.fullAt, { level: formats.percent(reach.fillingLevel) }),
          <When key="when" moments={reach} />,
        ]);
        if (filling) facts.push([t.perDay, formats.percent(filling.ratePerDay)]);
        if (filling?.reason) facts.push([t.forecast, fill(t.noForecast, { reason: t[filling.reason] })]);
        for (const battery of batteries) {
          facts.push([
            fill(t.battery, { device: battery.deviceId }),
            <BatteryOutlook key="battery" battery={battery} />,
          ]);
        }
        return facts.length === 0 ? (
          <p className="muted">–</p>
        ) : (
          <div className="card">
            <Facts facts={facts} />
          </div>
        );
      }}
    </Loaded>
  );
}

export function BatteryOutlook({ battery }: { readonly battery: Battery }): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  if (battery.low) {
    return (
      <span>
        {fill(t.low, { when: '' })} <When moments={battery.low} />
      </span>
    );
  }
  return <span>{battery.reason ? fill(t.noForecast, { reason: t[battery.reason] }) : '–'}</span>;
}

function When({ moments: { expectedAt, earliestAt, latestAt } }: { readonly moments: Moments }): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  const formats = useFormats();
  if (expectedAt === null) return <span>{t.after60}</span>;
  return (
    <span>
      <time dateTime={expectedAt}>{formats.exact(expectedAt)}</time>
      {earliestAt !== null && latestAt !== null && (
        <span className="muted">
          {' '}
          ({fill(t.between, { from: formats.exact(earliestAt), to: formats.exact(latestAt) })})
        </span>
      )}
    </span>
  );
}
