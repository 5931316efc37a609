//! Runs in the workspace's root, because the shell's package lives there.

fn main() {
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(&["rpc", "job"]));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error=The Tauri build step failed: {error:#}");
        std::process::exit(1);
    }
}
