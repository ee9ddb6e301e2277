export { csvOf, type CsvValue } from './export/csv.ts';
export { tourGeoJson } from './export/geo-json.ts';
export { tourGpx } from './export/gpx.ts';
export { tourCsv } from './export/tour-csv.ts';
export { type ExportLanguage } from './export/words.ts';
export { ForecastFillLevels } from './forecast-fill-levels.ts';
export { MOST_CANDIDATES, planTours, type LeftReason, type TourPlan, type TourRequest } from './plan-tours.ts';
export { distanceM, type Position } from './position.ts';
export { routeLengthM, shortRoute, type Route, type RouteEnds } from './route.ts';
export {
  dayAt,
  isDay,
  isServiceDay,
  nextServiceDay,
  startOfDay,
  WEEKDAYS,
  type ServiceDayRule,
  type ServiceDays,
  type ServicePlace,
  type Weekday,
} from './service-days.ts';
export { tourCalendarOf, type TourCalendar } from './tour-calendar.ts';
export {
  FillLevels,
  TourStore,
  type TourAssignment,
  type TourChange,
  type TourFilter,
  type TourRefusal,
  type TourSaving,
} from './tour-store.ts';
export { isAssignedSo, jobMoveOf } from './tour-move.ts';
export {
  TOUR_STATES,
  type NewStop,
  type NewTour,
  type Tour,
  type TourCandidate,
  type TourState,
  type TourStop,
} from './tour.ts';
