import type { ReactElement } from 'react';
import { NavLink } from 'react-router';

/** Views of one thing, each with an address of its own: links, not the ARIA tab pattern, so that they can be sent on. */
export function Tabs({
  label,
  tabs,
}: {
  readonly label: string;
  readonly tabs: readonly { readonly to: string; readonly title: string; readonly count?: number }[];
}): ReactElement {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ to, title, count }) => (
        <NavLink key={to} to={to} end className="tabs__tab">
          {title}
          {count !== undefined && <span className="tabs__count">{count}</span>}
        </NavLink>
      ))}
    </nav>
  );
}
