import type { ReactElement, ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';

/** Below what a cell says, on a narrow screen only: what the columns say that are left out there. */
export function PhoneLine({
  icon,
  children,
}: {
  readonly icon?: IconName;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <div className="phone-only phone-line">
      {icon && <Icon name={icon} />}
      <div className="phone-line__text">{children}</div>
    </div>
  );
}
