/**
 * A class of KERN's grid and of its utilities (`kern-mt-lg`, `kern-col-6-md`): nine tenths of its style sheet, and nothing that
 * the console uses.
 */
const UTILITY =
  /\.kern-(?:[mp][trblxy]?|gap(?:-[xy])?|col|row|flex|grid|grid-cols|grid-rows|auto-cols|auto-rows|place|align|justify|order|basis|aspect|stack|hidden|block|inline|w|h|max|min|container|self|items|content|space|table-cell|overflow|text)(?:-[\w\\.-]+)?(?=$|[\s,:>.[])/u;

interface Rule {
  selectors: string[];
  remove(): unknown;
}

/** A step of PostCSS that leaves those rules out. */
export const withoutUnusedKern = {
  postcssPlugin: 'without-unused-kern',
  Rule(rule: Rule): void {
    const kept = rule.selectors.filter((selector) => !UTILITY.test(selector));
    if (kept.length === 0) rule.remove();
    else if (kept.length < rule.selectors.length) rule.selectors = kept;
  },
};
