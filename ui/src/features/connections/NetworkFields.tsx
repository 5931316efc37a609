/** Proxy, extra certificates, timeouts: folded away until they are needed. */
import { Button, Checkbox, NumberInput, PasswordInput, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Segmented } from "../../kit";
import { platform } from "../../platform";
import type { Network, ProxySetting, SecretRef } from "../../wire/contract";
import { asksForPlainHttp, type ConnectionDraft, DEFAULT_NETWORK } from "./connectionDraft";
import css from "./edit.module.css";

type ProxyChoice = ProxySetting["type"];

/** What differs from the usual, for the folded line. */
export function networkWords(network: Network): string {
  const words: string[] = [];
  if (network.proxy.type === "system") words.push("proxy as the system says");
  if (network.proxy.type === "direct") words.push("no proxy");
  if (network.proxy.type === "explicit") words.push(`proxy ${network.proxy.url}`);
  if (network.ca_file !== null) words.push("own certificates");
  if (network.allow_plain_http) words.push("not encrypted");
  return words.join(", ");
}

export function NetworkFields(props: {
  draft: ConnectionDraft;
  storedPassword: SecretRef | null;
  error: string | undefined;
  onChange: (draft: ConnectionDraft) => void;
}): ReactNode {
  const { draft, onChange } = props;
  const { network } = draft;
  const unusual = JSON.stringify(network) !== JSON.stringify(DEFAULT_NETWORK);
  const [opened, setOpen] = useState<boolean | null>(null);
  const open = opened ?? (unusual || props.error !== undefined);
  const set = (change: Partial<Network>): void => onChange({ ...draft, network: { ...network, ...change } });
  const choose = (choice: ProxyChoice): void =>
    set({ proxy: choice === "explicit" ? { type: "explicit", url: "", username: null } : { type: choice } });
  const plain = asksForPlainHttp(draft);
  return (
    <div className={css.network}>
      {plain ? (
        <Checkbox
          label="Send everything unencrypted to this server"
          description="The address begins with http://: anyone on the way can read the token and the findings. Docket only does this after a yes."
          checked={network.allow_plain_http}
          onChange={(event) => set({ allow_plain_http: event.currentTarget.checked })}
        />
      ) : null}
      <button type="button" className={css.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span aria-hidden="true">{open ? "▾" : "▸"}</span> Network
        <span className={css.faint}>{networkWords(network)}</span>
      </button>
      {open ? (
        <div className={css.form}>
          <div>
            <div className={css.label}>Proxy</div>
            <Segmented<ProxyChoice>
              label="Proxy"
              value={network.proxy.type}
              options={[
                { value: "system", label: "As the system says" },
                { value: "direct", label: "None" },
                { value: "explicit", label: "This one" },
              ]}
              onChange={choose}
            />
          </div>
          {network.proxy.type === "explicit" ? (
            <ExplicitProxy {...props} proxy={network.proxy} onProxy={(proxy) => set({ proxy })} />
          ) : null}
          <CertificateFile file={network.ca_file} onFile={(ca_file) => set({ ca_file })} />
          <div className={css.pair}>
            <Seconds
              label="Longest wait to connect"
              ms={network.connect_timeout_ms}
              onMs={(connect_timeout_ms) => set({ connect_timeout_ms })}
            />
            <Seconds
              label="Longest wait for an answer"
              ms={network.read_timeout_ms}
              onMs={(read_timeout_ms) => set({ read_timeout_ms })}
            />
          </div>
        </div>
      ) : null}
    </div>
  );
}

function ExplicitProxy(props: {
  draft: ConnectionDraft;
  storedPassword: SecretRef | null;
  error: string | undefined;
  proxy: Extract<ProxySetting, { type: "explicit" }>;
  onProxy: (proxy: ProxySetting) => void;
  onChange: (draft: ConnectionDraft) => void;
}): ReactNode {
  const { draft, proxy, onProxy, storedPassword } = props;
  const stored = storedPassword !== null && storedPassword.type !== "none";
  return (
    <>
      <TextInput
        label="Proxy address"
        placeholder="http://proxy.example.com:3128"
        spellCheck={false}
        value={proxy.url}
        error={props.error}
        onChange={(event) => onProxy({ ...proxy, url: event.currentTarget.value })}
      />
      <div className={css.pair}>
        <TextInput
          label="Proxy user name"
          description="Only if the proxy asks for one."
          autoComplete="off"
          value={proxy.username ?? ""}
          onChange={(event) => onProxy({ ...proxy, username: event.currentTarget.value || null })}
        />
        <PasswordInput
          label="Proxy password"
          description={stored ? "In the keychain; type to replace it." : "Goes to the keychain."}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": "Show what is typed as proxy password" }}
          value={draft.proxyPassword ?? ""}
          onChange={(event) => props.onChange({ ...draft, proxyPassword: event.currentTarget.value || null })}
        />
      </div>
    </>
  );
}

function CertificateFile(props: { file: string | null; onFile: (file: string | null) => void }): ReactNode {
  const pick = async (): Promise<void> => {
    const file = await platform().pickFile({
      title: "Certificates",
      extensions: ["pem", "crt", "cer"],
    });
    if (file !== null) props.onFile(file);
  };
  return (
    <div>
      <div className={css.label}>Extra certificates</div>
      <div className={css.stored}>
        <span className={css.pathText}>{props.file ?? "None beyond the system's"}</span>
        <Button
          variant="subtle"
          size="xs"
          aria-label="Choose… a PEM file with certificates"
          onClick={() => void pick()}
        >
          Choose…
        </Button>
        {props.file === null ? null : (
          <Button variant="subtle" size="xs" onClick={() => props.onFile(null)}>
            Without
          </Button>
        )}
      </div>
    </div>
  );
}

function Seconds(props: { label: string; ms: number; onMs: (ms: number) => void }): ReactNode {
  return (
    <NumberInput
      label={props.label}
      suffix=" s"
      min={1}
      max={600}
      allowDecimal={false}
      value={Math.round(props.ms / 1000)}
      onChange={(value) => typeof value === "number" && value > 0 && props.onMs(value * 1000)}
    />
  );
}
