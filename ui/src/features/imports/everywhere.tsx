/** A report dropped anywhere on the window goes into the import form. */
import { IconFileImport } from "@tabler/icons-react";
import { type ReactNode, useEffect, useState } from "react";
import { href, navigate } from "../../app/router";
import { platform } from "../../platform";
import { setFiles } from "./files";
import css from "./imports.module.css";

export default function DropAnywhere(): ReactNode {
  const [over, setOver] = useState(false);
  useEffect(
    () =>
      platform().onFileDrop((event) => {
        setOver(event.type === "over");
        if (event.type !== "drop" || event.paths.length === 0) return;
        setFiles(event.paths);
        navigate(href("imports", { new: "1" }));
      }),
    [],
  );
  if (!over) return null;
  return (
    <div className={css.everywhere} role="status">
      <div className={css.everywhereBox}>
        <IconFileImport size="2em" stroke={1.5} aria-hidden="true" />
        Drop to import
      </div>
    </div>
  );
}
