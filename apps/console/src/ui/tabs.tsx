import { type ReactElement, useEffect, useRef } from 'react';
import { NavLink, useLocation } from 'react-router';

/** Views of one thing, each with an address of its own: links, not the ARIA tab pattern, so that they can be sent on. */
export function Tabs({
  label,
  tabs,
}: {
  readonly label: string;
  readonly tabs: readonly { readonly to: string; readonly title: string; readonly count?: number }[];
}): ReactElement {
  const bar = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // Where they do not all fit, the one that is open is in sight.
  useEffect(() => {
    const nav = bar.current;
    if (!nav) return;
    const observer = new ResizeObserver(() => {
      const open = nav.querySelector('.active')?.getBoundingClientRect();
      const { left, width } = nav.getBoundingClientRect();
      if (open) nav.scrollLeft += open.left - left - (width - open.width) / 2;
    });
    observer.observe(nav);
    return () => observer.disconnect();
  }, [pathname]);
  return (
    <nav ref={bar} className="tabs" aria-label={label}>
      {tabs.map(({ to, title, count }) => (
        <NavLink key={to} to={to} end className="tabs__tab">
          {title}
          {count !== undefined && <span className="tabs__count">{count}</span>}
        </NavLink>
      ))}
    </nav>
  );
}
