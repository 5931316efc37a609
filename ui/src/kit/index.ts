/** The kit: every part that pages are made of, beside Mantine's own. */
export { type ItemRepair, repairKey, repairsOf, repairWords } from "./CheckItems";
export { CheckStages, checkDuration, checkHeadline } from "./CheckStages";
export { CodeSnippet } from "./CodeSnippet";
export { ConfirmButton } from "./Confirm";
export * from "./format";
export { IssueText } from "./IssueText";
export { keyWords } from "./keyWords";
export { ManyPicker } from "./ManyPicker";
export { Markdown } from "./Markdown";
export { notifyDone, notifyProblem } from "./notify";
export { OutsideLink } from "./OutsideLink";
export { HeaderContent, PageHeader } from "./PageHeader";
export { Picker } from "./Picker";
export { ProblemLine, ProblemView, problemText } from "./ProblemView";
export type { Elsewhere, PickerChoice } from "./pickerList";
export { SEVERITIES, SeverityBadge } from "./Severity";
export { REASONS, STATUSES, StatusBadge, statusWords } from "./Status";
export {
  Card,
  Caution,
  Dot,
  EmptyState,
  Kbd,
  PageBody,
  Pill,
  RelativeTime,
  Section,
  Segmented,
  type Tone,
} from "./small";
export { type Range, VirtualList } from "./VirtualList";
export { ProgressLine, progressWords, Skeletons, useLongWait } from "./Waiting";
