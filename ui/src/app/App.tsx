/** The window: providers around the frame. */
import type { QueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { WireProvider } from "../wire/hooks";
import type { Transport } from "../wire/transport";
import { Appearance } from "./appearance";
import { Frame } from "./Frame";
import { FrameExtras } from "./FrameExtras";
import { KeysProvider } from "./keys";
import { type PreferenceStore, PreferencesProvider } from "./preferences";

export function App(props: {
  transport: Transport;
  client: QueryClient;
  preferences: PreferenceStore;
}): ReactNode {
  return (
    <PreferencesProvider store={props.preferences}>
      <WireProvider transport={props.transport} client={props.client}>
        <Appearance>
          <KeysProvider>
            <Frame>
              <FrameExtras />
            </Frame>
          </KeysProvider>
        </Appearance>
      </WireProvider>
    </PreferencesProvider>
  );
}
