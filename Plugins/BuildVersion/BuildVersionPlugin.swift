import PackagePlugin

/// Before each build, has `Scripts/write-version` write the version and the commit as a source file. The file changes
/// only when they do, so nothing is compiled anew otherwise.
@main struct BuildVersionPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let output = context.pluginWorkDirectoryURL.appending(path: "version")
    let script = context.package.directoryURL.appending(path: "Scripts/write-version")
    return [
      .prebuildCommand(
        displayName: "Version and commit", executable: script, arguments: [output.path], outputFilesDirectory: output)
    ]
  }
}
