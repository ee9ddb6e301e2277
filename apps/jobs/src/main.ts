import { runRole } from '@stadtfunk/platform';

await runRole('jobs');
