/** A report dropped anywhere on the window, or opened with Docket, goes into the import form. */
import { IconFileImport } from "@tabler/icons-react";
import { type ReactNode, useEffect, useState } from "react";
import { href, navigate, useRoute } from "../../app/router";
import { platform } from "../../platform";
import { takeFiles } from "./batch";
import css from "./imports.module.css";

export default function DropAnywhere(): ReactNode {
  const [over, setOver] = useState(false);
  useEffect(
    () =>
      platform().onFileDrop((event) => {
        setOver(event.type === "over");
        if (event.type !== "drop" || event.paths.length === 0) return;
        takeFiles(event.paths);
        navigate(href("imports", { new: "1" }));
      }),
    [],
  );
  useHandedOver();
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

/** Reports that Docket was started with stand in the address, once. */
function useHandedOver(): void {
  const { page, params } = useRoute();
  useEffect(() => {
    const handed = page === "imports" ? params.getAll("file") : [];
    if (handed.length === 0) return;
    takeFiles(handed);
    navigate(href("imports", { new: "1" }), { replace: true });
  }, [page, params]);
}
