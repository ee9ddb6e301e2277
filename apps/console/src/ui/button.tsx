import type { ButtonHTMLAttributes, ReactElement, ReactNode } from 'react';
import { Link, type LinkProps } from 'react-router';
import { Icon, type IconName } from './icons.tsx';

type Kind = 'primary' | 'secondary' | 'tertiary';

interface Look {
  /** One `primary` for each form or page; `tertiary` is a button without a border. */
  readonly kind?: Kind;
  readonly icon?: IconName;
  /** The words are for screen readers only; give an icon. */
  readonly iconOnly?: boolean;
  readonly children: ReactNode;
}

export interface ButtonProps extends Look, Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  /** Being done: cannot be pressed again, and says so. */
  readonly busy?: boolean;
}

/** A button that does something on this page. What leads elsewhere is a `LinkButton`. */
export function Button({
  kind = 'secondary',
  icon,
  iconOnly = false,
  busy = false,
  className = '',
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps): ReactElement {
  return (
    <button
      {...rest}
      type={type}
      className={`kern-btn kern-btn--${kind} button ${className}`}
      aria-busy={busy || undefined}
      // Not `disabled`: the focus must not get lost while something is being done.
      aria-disabled={busy || rest['aria-disabled'] || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {content(icon, iconOnly, children)}
    </button>
  );
}

export function LinkButton({
  kind = 'secondary',
  icon,
  iconOnly = false,
  className = '',
  children,
  ...rest
}: Look & Omit<LinkProps, 'children'>): ReactElement {
  return (
    <Link {...rest} className={`kern-btn kern-btn--${kind} button ${className}`}>
      {content(icon, iconOnly, children)}
    </Link>
  );
}

function content(icon: IconName | undefined, iconOnly: boolean, children: ReactNode): ReactNode {
  return (
    <>
      {icon && <Icon name={icon} />}
      <span className={iconOnly ? 'kern-sr-only' : 'kern-label'}>{children}</span>
    </>
  );
}
