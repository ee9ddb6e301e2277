import { Component, type ReactElement, type ReactNode } from 'react';
import { pick } from '../i18n/texts.ts';
import { SHELL_TEXTS } from './texts.ts';

interface Props {
  readonly children: ReactNode;
}

/** A defect in one page leaves the rest of the console in use. */
export class ErrorBoundary extends Component<Props, { readonly hasFailed: boolean }> {
  override readonly state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return <PageDefect />;
  }
}

/** Uses as little as it can of what may be broken. */
export function PageDefect(): ReactElement {
  return (
    <div className="state state--failed" role="alert">
      <p className="state__title">{pick(SHELL_TEXTS.defect)}</p>
      <p>{pick(SHELL_TEXTS.defectHelp)}</p>
      <button type="button" className="kern-btn kern-btn--secondary button" onClick={() => location.reload()}>
        <span className="kern-label">{pick(SHELL_TEXTS.reload)}</span>
      </button>
    </div>
  );
}
