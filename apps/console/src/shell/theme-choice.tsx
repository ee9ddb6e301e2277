import { type ReactElement, useId } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { SHELL_TEXTS } from './texts.ts';
import { type Theme, THEMES, useTheme } from './theme.ts';

export function ThemeChoice(): ReactElement {
  const t = useTexts(SHELL_TEXTS);
  const id = useId();
  const [theme, choose] = useTheme();
  const names: Readonly<Record<Theme, string>> = { system: t.themeSystem, light: t.themeLight, dark: t.themeDark };
  return (
    <div className="theme-choice">
      <label htmlFor={id}>{t.theme}</label>
      <select id={id} value={theme} onChange={(event) => choose(event.target.value as Theme)}>
        {THEMES.map((name) => (
          <option key={name} value={name}>
            {names[name]}
          </option>
        ))}
      </select>
    </div>
  );
}
