import { MemoryRuleVersions, type CountedAlert } from './memory-rule-versions.ts';
import { describeRuleVersions } from './testing.ts';

describeRuleVersions('in memory', async () => {
  const alerts: CountedAlert[] = [];
  const shadows: CountedAlert[] = [];
  return {
    fresh: async () => {
      alerts.length = shadows.length = 0;
      return new MemoryRuleVersions(
        [],
        () => alerts,
        () => shadows,
      );
    },
    putAlerts: async (more, isShadow) => void (isShadow ? shadows : alerts).push(...more),
  };
});
