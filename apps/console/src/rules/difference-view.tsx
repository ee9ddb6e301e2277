import { type ReactElement, useMemo } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { differenceOf, type DifferentLine } from './text-difference.ts';
import { RULE_TEXTS } from './texts.ts';

/** Lines around a change that are shown with it. */
const AROUND = 4;

/** How one text becomes another. What is the same is left out but for the lines around each change. */
export function DifferenceView({
  old,
  fresh,
  label,
}: {
  readonly old: string;
  readonly fresh: string;
  readonly label: string;
}): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const lines = useMemo(() => shortened(differenceOf(old, fresh)), [old, fresh]);
  if (lines.length === 0) return <p className="muted">{t.sameText}</p>;
  return (
    <div className="difference" tabIndex={0} role="region" aria-label={label}>
      <table translate="no">
        <caption className="kern-sr-only">{label}</caption>
        <tbody>
          {lines.map((line, index) =>
            line === null ? (
              <tr key={index} className="difference__gap">
                <td colSpan={4}>…</td>
              </tr>
            ) : (
              <Line key={index} line={line} />
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}

function Line({ line: { kind, text, oldLine, newLine } }: { readonly line: DifferentLine }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const [sign, said] = { same: ['', ''], added: ['+', t.addedLine], removed: ['−', t.removedLine] }[kind];
  return (
    <tr className={`difference__line difference__line--${kind}`}>
      <td className="difference__number">{oldLine}</td>
      <td className="difference__number">{newLine}</td>
      <td className="difference__sign">
        <span aria-hidden="true">{sign}</span>
        {said !== '' && <span className="kern-sr-only">{said}</span>}
      </td>
      <td className="difference__text">{text}</td>
    </tr>
  );
}

/** null stands for lines that are left out. */
function shortened(lines: readonly DifferentLine[]): readonly (DifferentLine | null)[] {
  const near = new Set<number>();
  lines.forEach(({ kind }, at) => {
    if (kind === 'same') return;
    for (let each = at - AROUND; each <= at + AROUND; each++) near.add(each);
  });
  const shown: (DifferentLine | null)[] = [];
  if (near.size === 0) return shown;
  lines.forEach((line, at) => {
    if (near.has(at)) shown.push(line);
    else if (shown.at(-1) !== null) shown.push(null);
  });
  return shown;
}
