import {
  type InputHTMLAttributes,
  type ReactElement,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';
import { useTexts } from '../i18n/texts.ts';
import { UI_TEXTS } from './texts.ts';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with it; null or undefined: nothing. */
  readonly error?: string | null | undefined;
  /** Says that it may be left out. */
  readonly isOptional?: boolean;
}

interface Described {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

/** Label, hint and error around an input: `<Field label="…">{(described) => <input {...described} />}</Field>`. */
export function Field({
  label,
  hint,
  error,
  isOptional = false,
  children,
}: FieldProps & { readonly children: (described: Described) => ReactNode }): ReactElement {
  const t = useTexts(UI_TEXTS);
  const id = useId();
  const hasError = error !== undefined && error !== null && error !== '';
  const describedBy = [hint !== undefined && `${id}-hint`, hasError && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={`kern-form-input field ${hasError ? 'kern-form-input--error' : ''}`}>
      <label className="kern-label" htmlFor={id}>
        {label}
        {isOptional && <span className="kern-label__optional"> ({t.optional})</span>}
      </label>
      {hint !== undefined && (
        <div className="kern-hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      {children({
        id,
        'aria-describedby': describedBy === '' ? undefined : describedBy,
        'aria-invalid': hasError ? true : undefined,
      })}
      {hasError && (
        <p className="kern-error" id={`${id}-error`} role="alert">
          <span className="kern-icon kern-icon--danger" aria-hidden="true" />
          <span className="kern-body">{error}</span>
        </p>
      )}
    </div>
  );
}

export type InputProps = FieldProps & InputHTMLAttributes<HTMLInputElement>;

export function Input({ label, hint, error, isOptional = false, ...rest }: InputProps): ReactElement {
  return (
    <Field label={label} hint={hint} error={error} isOptional={isOptional}>
      {(described) => <input {...rest} {...described} className="kern-form-input__input" />}
    </Field>
  );
}

export type TextAreaProps = FieldProps & TextareaHTMLAttributes<HTMLTextAreaElement>;

export function TextArea({ label, hint, error, isOptional = false, ...rest }: TextAreaProps): ReactElement {
  return (
    <Field label={label} hint={hint} error={error} isOptional={isOptional}>
      {(described) => <textarea rows={3} {...rest} {...described} className="kern-form-input__input" />}
    </Field>
  );
}

export type SelectProps = FieldProps &
  SelectHTMLAttributes<HTMLSelectElement> & {
    readonly options: readonly { readonly value: string; readonly label: string }[];
  };

export function Select({ label, hint, error, isOptional = false, options, ...rest }: SelectProps): ReactElement {
  return (
    <Field label={label} hint={hint} error={error} isOptional={isOptional}>
      {(described) => (
        <div className="kern-form-input__select-wrapper">
          <select {...rest} {...described} className="kern-form-input__select">
            {options.map(({ value, label: name }) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </div>
      )}
    </Field>
  );
}

export type CheckboxProps = InputHTMLAttributes<HTMLInputElement> & { readonly label: string };

export function Checkbox({ label, ...rest }: CheckboxProps): ReactElement {
  const id = useId();
  return (
    <div className="kern-form-check field-check">
      <input {...rest} id={id} type="checkbox" className="kern-form-check__checkbox" />
      <label className="kern-label" htmlFor={id}>
        {label}
      </label>
    </div>
  );
}
