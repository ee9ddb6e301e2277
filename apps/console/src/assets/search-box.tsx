import { type ReactElement, useState } from 'react';
import { useNavigate } from 'react-router';
import { useTexts } from '../i18n/texts.ts';
import { SearchField } from './search-field.tsx';
import { ASSET_TEXTS } from './texts.ts';

/** Finds assets and devices, and opens what is chosen. */
export function SearchBox(): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  const navigate = useNavigate();
  const [text, setText] = useState('');
  return (
    <div className="search-box">
      <SearchField
        label={t.search}
        kinds="asset,device"
        takesFirst
        text={text}
        onText={setText}
        onChoose={(hit) => {
          const id = hit.kind === 'asset' ? hit.assetId : hit.deviceId;
          void navigate(`/${hit.kind}s/${encodeURIComponent(id)}`);
        }}
      />
    </div>
  );
}
