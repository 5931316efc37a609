/** The tokens as a Mantine theme. Colours stay in `styles/tokens.css`; here only names point at them. */
import {
  ActionIcon,
  Button,
  Checkbox,
  type CSSVariablesResolver,
  createTheme,
  Input,
  type MantineColorsTuple,
  Menu,
  Modal,
  Notification,
  Pill,
  Popover,
  rem,
  Select,
  Textarea,
  TextInput,
  Tooltip,
} from "@mantine/core";

const ACCENT: MantineColorsTuple = [
  "#eceefc",
  "#d9ddf9",
  "#b6bdf3",
  "#929cec",
  "#7480e4",
  "#5565dd",
  "#4353d9",
  "#3644c4",
  "#2c38a6",
  "#232d85",
];

/** What Mantine draws with its own greys in the dark, in the greys of the tokens. */
const DARK: MantineColorsTuple = [
  "#ececf0",
  "#c9cad2",
  "#a8a9b4",
  "#777985",
  "#343741",
  "#25272d",
  "#16171b",
  "#101114",
  "#0c0d10",
  "#08090b",
];

/**
 * Where lists and menus stand while they are open: in the page's main part, so that whoever goes
 * from landmark to landmark meets them, and outside of all that scrolls, so that nothing cuts them.
 */
export const OPEN_LISTS = "open-lists";

const HEIGHTS: Record<string, number> = { xs: 24, sm: 28, md: 32, lg: 36 };

export const theme = createTheme({
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  primaryColor: "accent",
  primaryShade: 6,
  colors: { accent: ACCENT, dark: DARK },
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  fontSizes: { xs: rem(11), sm: rem(12), md: rem(13), lg: rem(15), xl: rem(18) },
  lineHeights: { xs: "1.4", sm: "1.45", md: "1.45", lg: "1.4", xl: "1.3" },
  spacing: { xs: rem(4), sm: rem(8), md: rem(12), lg: rem(16), xl: rem(24) },
  radius: { xs: rem(4), sm: rem(5), md: rem(6), lg: rem(8), xl: rem(12) },
  shadows: { xs: "none", sm: "var(--shadow)", md: "var(--shadow)", lg: "var(--shadow)", xl: "var(--shadow)" },
  components: {
    Button: Button.extend({
      defaultProps: { size: "sm", variant: "default" },
      vars: (_, props) => ({
        root: {
          "--button-height": rem(HEIGHTS[typeof props.size === "string" ? props.size : "sm"] ?? 28),
          "--button-padding-x": rem(11),
          "--button-fz": rem(13),
          ...(props.variant === "filled" && props.color === undefined
            ? {
                "--button-bg": "var(--accent)",
                "--button-hover": "var(--accent-hover)",
                "--button-color": "var(--on-accent)",
              }
            : {}),
          ...(props.variant === "subtle" && props.color === undefined
            ? { "--button-color": "var(--muted)", "--button-hover": "var(--hover)" }
            : {}),
        },
      }),
      styles: { label: { fontWeight: 500 } },
    }),
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: "subtle", color: "gray", size: "md" },
      vars: (_, props) => ({
        root: {
          "--ai-size": rem(HEIGHTS[typeof props.size === "string" ? props.size : "sm"] ?? 28),
          ...(props.variant === undefined || props.variant === "subtle"
            ? {
                "--ai-color": "var(--muted)",
                "--ai-hover": "var(--hover)",
                "--ai-hover-color": "var(--text)",
              }
            : {}),
        },
      }),
    }),
    Input: Input.extend({
      defaultProps: { size: "sm" },
      vars: () => ({
        wrapper: {
          "--input-height": rem(30),
          "--input-fz": rem(13),
          "--input-padding": rem(9),
          "--input-bg": "var(--bg)",
          "--input-bd": "var(--control-line)",
        },
      }),
    }),
    InputWrapper: Input.Wrapper.extend({
      // What a field is called stands quietly above it, how to fill it below.
      defaultProps: { size: "sm", inputWrapperOrder: ["label", "input", "description", "error"] },
      styles: {
        label: { fontWeight: 400, marginBottom: rem(4), color: "var(--muted)" },
        description: { fontSize: rem(11.5), color: "var(--faint)", marginTop: rem(4) },
        error: { fontSize: rem(12), marginTop: rem(4) },
      },
    }),
    TextInput: TextInput.extend({ defaultProps: { size: "sm" } }),
    Textarea: Textarea.extend({ defaultProps: { size: "sm" } }),
    Select: Select.extend({ defaultProps: { size: "sm", allowDeselect: false, checkIconPosition: "right" } }),
    Checkbox: Checkbox.extend({
      defaultProps: { size: "xs", radius: "xs" },
      vars: () => ({
        root: { "--checkbox-color": "var(--accent)", "--checkbox-icon-color": "var(--on-accent)" },
      }),
    }),
    Menu: Menu.extend({
      defaultProps: { shadow: "md", transitionProps: { duration: 0 }, offset: 4, loop: true },
    }),
    // Lists of choices and menus too: they are made of it.
    Popover: Popover.extend({
      defaultProps: {
        shadow: "md",
        transitionProps: { duration: 0 },
        offset: 4,
        portalProps: { target: `#${OPEN_LISTS}` },
      },
    }),
    Modal: Modal.extend({ defaultProps: { transitionProps: { duration: 0 }, radius: "lg", centered: true } }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 400,
        transitionProps: { duration: 0 },
        events: { hover: true, focus: true, touch: false },
      },
    }),
    Pill: Pill.extend({
      styles: { root: { background: "var(--hover)", color: "var(--text)" } },
    }),
    Notification: Notification.extend({ defaultProps: { withBorder: true } }),
  },
});

export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--bg)",
    "--mantine-color-text": "var(--text)",
    "--mantine-color-bright": "var(--text)",
    "--mantine-color-dimmed": "var(--muted)",
    "--mantine-color-placeholder": "var(--faint)",
    "--mantine-color-anchor": "var(--accent-text)",
    "--mantine-color-error": "var(--bad)",
    "--mantine-color-default": "var(--panel)",
    "--mantine-color-default-hover": "var(--hover)",
    "--mantine-color-default-color": "var(--text)",
    "--mantine-color-default-border": "var(--line-strong)",
    "--mantine-primary-color-filled": "var(--accent)",
    "--mantine-primary-color-filled-hover": "var(--accent-hover)",
    "--mantine-primary-color-light": "var(--accent-soft)",
    "--mantine-primary-color-light-hover": "var(--accent-soft)",
    "--mantine-primary-color-light-color": "var(--accent-text)",
    "--mantine-primary-color-contrast": "var(--on-accent)",
    "--mantine-color-accent-filled": "var(--accent)",
    "--mantine-color-accent-filled-hover": "var(--accent-hover)",
    "--mantine-color-accent-light": "var(--accent-soft)",
    "--mantine-color-accent-light-color": "var(--accent-text)",
    "--mantine-color-disabled": "var(--hover)",
    "--mantine-color-disabled-color": "var(--faint)",
    "--mantine-color-disabled-border": "var(--line)",
  };
  return { variables: {}, light: shared, dark: shared };
};
