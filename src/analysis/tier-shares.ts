import { TIER_NAMES } from '../profile/frames.js';

/** Shares of a function's total by the name of the tier it ran in; only tiers that were seen. */
export function tierShares(tiers: Float64Array): Record<string, number> {
  const total = tiers.reduce((sum, weight) => sum + weight, 0);
  const shares: Record<string, number> = {};
  TIER_NAMES.forEach((name, tier) => {
    if (tiers[tier] > 0) shares[name] = tiers[tier] / total;
  });
  return shares;
}
