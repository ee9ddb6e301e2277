import { lazy, type ReactElement, Suspense } from 'react';
import type { Tour } from '../api/types.ts';
import { useTexts } from '../i18n/texts.ts';
import { Loading } from '../ui/states.tsx';
import { TOUR_TEXTS } from './texts.ts';

type Point = Tour['stops'][number]['location'];

/** A way on the map. */
export interface MapTour {
  readonly depot: Point | null;
  readonly stops: readonly { readonly id: string; readonly location: Point; readonly name: string }[];
}

/** The map library is large, and only comes where there is a map. */
const DrawnTourMap = lazy(() => import('./drawn-tour-map.tsx'));

/** Tours on the map, with numbers in the order of the way. The list beside it says the same. */
export function TourMap({ tours }: { readonly tours: readonly MapTour[] }): ReactElement {
  const t = useTexts(TOUR_TEXTS);
  return (
    <figure className="tour-figure">
      <div className="tour-map">
        <Suspense fallback={<Loading />}>
          <DrawnTourMap tours={tours} />
        </Suspense>
      </div>
      <figcaption className="muted">{t.mapHelp}</figcaption>
    </figure>
  );
}
