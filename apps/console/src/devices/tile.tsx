import type { ReactElement } from 'react';

/** A number that one sees from afar; in a `<dl className="tiles">`. */
export function Tile({
  name,
  value,
  more,
}: {
  readonly name: string;
  readonly value: string;
  readonly more?: string;
}): ReactElement {
  return (
    <div className="tile">
      <dt>{name}</dt>
      <dd>
        {value}
        {more !== undefined && <div className="tile__more">{more}</div>}
      </dd>
    </div>
  );
}
