/** Who made a profile, as `meta.product` of ours says it. */
export const PRODUCT = 'stackscope';
