import type { ReactElement } from 'react';
import { NavLink } from 'react-router';
import { usePick, useTexts } from '../i18n/texts.ts';
import { type PageRoute, PAGES } from '../routes.tsx';
import { Icon } from '../ui/icons.tsx';
import { useCaller } from './caller.ts';
import { SHELL_TEXTS } from './texts.ts';

type NavigationPage = PageRoute & Required<Pick<PageRoute, 'nav'>>;

/** In the bar at the bottom of a phone; everything else is behind "menu". */
const MOST_IN_BAR = 4;
const GROUPS = ['operations', 'city', 'system'] as const;

/** The pages that this person may open. */
function useNavigationPages(): readonly NavigationPage[] {
  const caller = useCaller();
  return PAGES.filter(
    (page): page is NavigationPage => page.nav !== undefined && (!page.needs || caller.may(page.needs)),
  );
}

export function Navigation(): ReactElement {
  const t = useTexts(SHELL_TEXTS);
  const pages = useNavigationPages();
  return (
    <nav className="navigation" aria-label={t.navigation}>
      {GROUPS.map((group) => {
        const ofGroup = pages.filter(({ nav }) => nav.group === group);
        return (
          ofGroup.length > 0 && (
            <ul key={group}>
              {ofGroup.map((page) => (
                <li key={page.path}>
                  <PageLink page={page} />
                </li>
              ))}
            </ul>
          )
        );
      })}
    </nav>
  );
}

function PageLink({ page: { path, nav } }: { readonly page: NavigationPage }): ReactElement {
  const pick = usePick();
  return (
    <NavLink to={path} end={path === '/'} className="navigation__link">
      <Icon name={nav.icon} />
      <span>{pick(nav.title)}</span>
    </NavLink>
  );
}

export function BottomBar({
  isMenuOpen,
  onMenu,
}: {
  readonly isMenuOpen: boolean;
  readonly onMenu: () => void;
}): ReactElement {
  const t = useTexts(SHELL_TEXTS);
  const pages = useNavigationPages();
  return (
    <nav className="bottombar" aria-label={t.menu}>
      {pages.slice(0, MOST_IN_BAR).map((page) => (
        <PageLink key={page.path} page={page} />
      ))}
      <button type="button" className="navigation__link" aria-expanded={isMenuOpen} onClick={onMenu}>
        <Icon name={isMenuOpen ? 'close' : 'menu'} />
        <span>{isMenuOpen ? t.closeMenu : t.menu}</span>
      </button>
    </nav>
  );
}
