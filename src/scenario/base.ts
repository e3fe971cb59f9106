/**
 * A scenario file that is read once and then varied, a setting or several at a time: what sweeps and searches stand on.
 * Leaves out: which values to try (experiment/).
 */
import { InputError, type Issue } from '../engine/errors.ts';
import { pathIssue } from './known-paths.ts';
import { type Locator, valueAt } from './messages.ts';
import { type ParseOptions, readRaw, scenarioOf } from './parse.ts';
import type { Scenario } from './scenario.ts';
import { serializeScenario } from './serialize.ts';
import { keysOf, type Override, type ScenarioData, settingIssue, ValueTexts, withValue } from './settings.ts';

/** The text of a scenario and what the command line made of it: plain data, from which any thread makes the same base. */
export interface BaseText {
  readonly text: string;
  /** For messages, and for the scenario's name. */
  readonly fileName: string;
  readonly overrides: readonly Override[];
  readonly options: ParseOptions;
}

export class ScenarioBase {
  /** The scenario as it is, without further settings. */
  readonly scenario: Scenario;
  private readonly fileName: string;
  private readonly data: ScenarioData;
  private readonly locator: Locator;
  private readonly values: ValueTexts;

  /** @throws InputError with every problem of the text. O(text). */
  constructor({ fileName, options, overrides, text }: BaseText) {
    const { locator, raw } = readRaw(text, fileName, overrides, options);
    this.scenario = scenarioOf(raw, locator, fileName);
    this.fileName = fileName;
    this.data = raw as ScenarioData;
    this.locator = locator;
    this.values = new ValueTexts();
  }

  /**
   * The scenario with `settings` on top, the last of a path counts. O(scenario), a fraction of a millisecond.
   * @param option that gave them, for messages: `--vary server.listen.backlog: expected …`.
   * @throws InputError with every problem.
   */
  with(settings: readonly Override[], option = '--set'): Scenario {
    const issues = settings
      .map((setting) => settingIssue(setting, option, this.values.read(setting.value).isYaml))
      .filter((issue) => issue !== null);
    if (issues.length > 0) throw new InputError(issues);
    let data = this.data;
    for (const { path, value } of settings) data = withValue(data, keysOf(path), this.values.read(value).value);
    const places = settings.map(({ path }) => ({ path, where: `${option} ${path}` }));
    return scenarioOf(data, this.locator.with(places), this.fileName);
  }

  /** What `with` throws for these settings; none when they make a scenario. */
  issuesWith(settings: readonly Override[], option = '--set'): readonly Issue[] {
    try {
      this.with(settings, option);
      return [];
    } catch (error) {
      if (error instanceof InputError) return error.issues;
      throw error;
    }
  }

  /**
   * What is wrong with `path` as the place of one value that can be varied: with the path that was meant, where one is near.
   * Null when nothing is. @param where for the message: `--find`.
   */
  pathIssue(path: string, where: string): Issue | null {
    return pathIssue(this.data, path, where);
  }

  /** What the file, or a setting, has at `path`, as written there (`5ms` is a text); undefined where a default holds. */
  valueAt(path: string): unknown {
    return valueAt(this.data, keysOf(path));
  }
}

/** A scenario, or the text of its file, as something to vary. @throws InputError with every problem of the text. */
export function baseOf(scenario: Scenario | string): ScenarioBase {
  return typeof scenario === 'string'
    ? new ScenarioBase({ text: scenario, fileName: 'scenario.yaml', overrides: [], options: {} })
    : new ScenarioBase({ text: serializeScenario(scenario), fileName: scenario.name, overrides: [], options: {} });
}
