// Lengths are written in px and travel as rem × --mantine-scale, so that the text scale
// (Settings, 100–200 %) enlarges everything in proportion.
import mantine from "postcss-preset-mantine";

export default { plugins: [mantine({ autoRem: true })] };
