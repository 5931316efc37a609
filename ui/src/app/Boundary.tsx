/** Catches a page that fails to draw, so that the frame goes on working. */
import { Component, type ErrorInfo, type ReactNode } from "react";

interface Props {
  children: ReactNode;
  fallback: (thrown: unknown, reset: () => void) => ReactNode;
}

export class Boundary extends Component<Props, { thrown: unknown; failed: boolean }> {
  override state = { thrown: null as unknown, failed: false };

  static getDerivedStateFromError(thrown: unknown): { thrown: unknown; failed: boolean } {
    return { thrown, failed: true };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return this.props.fallback(this.state.thrown, () => this.setState({ thrown: null, failed: false }));
  }
}
