/** The field of the tracker that shows the severity or the status, and a small table of its values. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Caution, fieldWords, Picker } from "../../../kit";
import type { ValueField, ValueMap } from "../../../wire/contract";
import page from "../edit.module.css";
import css from "./mapping.module.css";
import {
  fieldOf,
  isOff,
  looksInverted,
  type MapRow,
  ownValue,
  replacements,
  rowValue,
  type Standing,
  standingOf,
  turnedRound,
  withValue,
} from "./valueMaps";

export interface ValueMapProps {
  what: "severity" | "status";
  map: ValueMap;
  rows: readonly MapRow[];
  /** Fields that the target offers for it; not there while they are read. */
  fields: readonly ValueField[] | undefined;
  target: string;
  pending: boolean;
  onChange: (map: ValueMap) => void;
}

export function ValueMapFields(props: ValueMapProps): ReactNode {
  const { what, map, fields, target, onChange } = props;
  const field = fields === undefined ? undefined : fieldOf(fields, map);
  const off = isOff(map);
  return (
    <>
      <div className={page.fieldGroup}>
        <Picker
          label="Field"
          free
          value={map.field}
          placeholder={`The ${what} is not sent`}
          choices={(fields ?? []).map((one) => ({
            value: one.id,
            label: one.label,
            note: one.note === "" ? null : one.note,
          }))}
          clear={`Do not send the ${what}`}
          nothing={props.pending ? "Reading…" : `${target} offers no field for it; type the name of one.`}
          onChange={(name) => onChange({ ...map, field: name })}
        />
        <FieldWords {...props} field={field} />
      </div>
      {what === "severity" ? <Inverted map={map} onChange={onChange} /> : null}
      {off ? null : <ValueTable {...props} field={field} />}
    </>
  );
}

/** Whether the field exists. */
function FieldWords(props: ValueMapProps & { field: ValueField | undefined }): ReactNode {
  const { map, fields, field, target } = props;
  if (isOff(map) || fields === undefined) return null;
  if (field !== undefined) {
    return (
      <p className={page.hint}>
        <span>
          <Sign standing="exists" /> exists in {target}
          {field.note === "" ? "" : `, ${field.note}`}
          {field.open ? "; values that are not there yet are created by using them" : ""}
        </span>
      </p>
    );
  }
  if (fields.length === 0) {
    return <p className={page.hint}>{target} names no such fields here; Verify looks at it.</p>;
  }
  return (
    <p className={css.wrong}>
      <Sign standing="missing" /> {target} has no field «{fieldWords(map.field)}» for it. There:{" "}
      {fields.map((one) => one.label).join(", ")}.
    </p>
  );
}

function ValueTable(props: ValueMapProps & { field: ValueField | undefined }): ReactNode {
  const { what, map, rows, field, onChange } = props;
  const missing = rows.filter((row) => standingOf(field, ownValue(map, row.word)) === "missing");
  return (
    <div>
      <table className={css.values}>
        <caption className={css.hidden}>
          Value of {fieldWords(map.field)} for each {what}
        </caption>
        <colgroup>
          <col className={css.wordColumn} />
          <col />
          <col className={css.standingColumn} />
        </colgroup>
        <thead className={css.hidden}>
          <tr>
            <th scope="col">In Docket</th>
            <th scope="col">Value in the tracker</th>
            <th scope="col">There?</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const own = ownValue(map, row.word);
            const inherited = row.from !== null && own === "";
            const standing = standingOf(field, own);
            return (
              <tr key={row.word} data-reason={row.from !== null || undefined}>
                <th scope="row">{row.label}</th>
                <td>
                  <Picker
                    label={`${row.label} becomes`}
                    hiddenLabel
                    free
                    value={own}
                    placeholder={inherited ? rowValue(map, row) || "not sent" : "not sent"}
                    choices={field?.values ?? []}
                    clear={row.from === null ? `Send nothing for ${row.label}` : `As ${row.from.label}`}
                    nothing="No values are there yet; type one."
                    onChange={(value) => onChange(withValue(map, row.word, value))}
                  />
                </td>
                <td className={css.standing} data-standing={standing}>
                  {inherited ? <span>as {row.from?.label}</span> : <StandingWords standing={standing} />}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {field === undefined || missing.length === 0 ? null : (
        <Missing map={map} rows={rows} field={field} onChange={onChange} />
      )}
    </div>
  );
}

/** What exists in place of values that do not, and what fits of it with one click. */
function Missing(props: {
  map: ValueMap;
  rows: readonly MapRow[];
  field: ValueField;
  onChange: (map: ValueMap) => void;
}): ReactNode {
  const { map, rows, field, onChange } = props;
  const fits = replacements(map, rows, field);
  const names = [...new Set(fits.map((one) => one.value))];
  return (
    <>
      <p className={css.wrong}>
        {field.label} has {field.values.length === 0 ? "no values yet" : valuesWords(field)}. Choose one of
        them, or verify: what can be created is offered there.
      </p>
      {fits.length === 0 ? null : (
        <Button
          size="xs"
          mt={6}
          title={fits.map(({ row, value }) => `${row.label} becomes ${value}`).join("\n")}
          onClick={() => onChange(fits.reduce((now, { row, value }) => withValue(now, row.word, value), map))}
        >
          Use {names.join(" and ")}
        </Button>
      )}
    </>
  );
}

const NAMED = 12;

function valuesWords(field: ValueField): string {
  const names = field.values.slice(0, NAMED).map((value) => value.label);
  const more = field.values.length - names.length;
  return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

const SIGNS: Record<Standing, { sign: string; words: string }> = {
  exists: { sign: "✓", words: "exists" },
  new: { sign: "+", words: "new" },
  missing: { sign: "✗", words: "missing" },
  unset: { sign: "", words: "" },
  unknown: { sign: "", words: "" },
};

function Sign({ standing }: { standing: Standing }): ReactNode {
  return (
    <span className={css.sign} data-standing={standing} aria-hidden="true">
      {SIGNS[standing].sign}
    </span>
  );
}

function StandingWords({ standing }: { standing: Standing }): ReactNode {
  const { words } = SIGNS[standing];
  if (words === "") return null;
  return (
    <span title={standing === "new" ? "It is created with the first issue." : undefined}>
      <Sign standing={standing} /> {words}
    </span>
  );
}

/** Points out priorities that most people would read the wrong way round. */
function Inverted({ map, onChange }: { map: ValueMap; onChange: (map: ValueMap) => void }): ReactNode {
  const [turned, setTurned] = useState(false);
  const inverted = looksInverted(map);
  if (!inverted && !turned) return null;
  const critical = ownValue(map, "critical");
  const info = ownValue(map, "info");
  return (
    <div className={css.inverted} aria-live="polite">
      {inverted ? (
        <Caution>
          Critical becomes {critical} and Info {info}. Most people read P0 as the most urgent: look at how
          your team uses {fieldWords(map.field)}.
        </Caution>
      ) : (
        <p className={page.hint}>
          Turned round: Critical becomes {critical}, Info {info}.
        </p>
      )}
      <Button
        size="xs"
        onClick={() => {
          setTurned(inverted);
          onChange(turnedRound(map));
        }}
      >
        {inverted ? "Turn round" : "Turn back"}
      </Button>
    </div>
  );
}
