export { describeTourStore, type JobOnTour, type TourStoreHarness } from './testing/tour-store.ts';
