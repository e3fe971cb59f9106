/** Takes a state and its results elsewhere: an address, files. */
import { useState } from 'preact/hooks';
import type { ResultFile } from '../../report/result-files.ts';
import type { Prepared } from '../protocol.ts';

export interface ShareBarProps {
  readonly prepared: readonly Prepared[];
  readonly name: string;
  /** Asks the worker for the files of the results. */
  readonly onFiles: () => void;
}

export function ShareBar({ name, onFiles, prepared }: ShareBarProps) {
  const [said, setSaid] = useState('');
  const share = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
      setSaid('The address is in the clipboard: it opens the playground as it stands now.');
    } catch {
      setSaid('The address of this page opens the playground as it stands now.');
    }
  };
  return (
    <>
      <div class="share" role="group" aria-label="Take it with you">
        <button type="button" onClick={() => void share()}>
          Copy the link
        </button>
        {prepared.map(({ stackName, text }) => (
          <button
            key={stackName}
            type="button"
            onClick={() => download(fileName(name, stackName, prepared.length), text)}
          >
            Scenario{prepared.length > 1 && ` on ${stackName}`} (YAML)
          </button>
        ))}
        <button type="button" onClick={onFiles}>
          Results (CSV)
        </button>
      </div>
      <p class="note" role="status">
        {said}
      </p>
    </>
  );
}

function fileName(name: string, stackName: string, count: number): string {
  return count === 1 ? `${name}.yaml` : `${name}-${stackName}.yaml`;
}

/** Each table by itself: a browser asks once whether it may. */
export function downloadResults(sides: readonly (readonly ResultFile[])[], stackNames: readonly string[]): void {
  sides.forEach((files, side) => {
    const prefix = sides.length === 1 ? '' : `${stackNames[side] ?? side}-`;
    for (const { name, text } of files) if (name.endsWith('.csv')) download(`${prefix}${name}`, text);
  });
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
