/** The findings workbench. */
export { FindingsPage as default } from "./FindingsPage";
