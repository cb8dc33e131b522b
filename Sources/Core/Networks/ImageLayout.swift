/// In which order a tensor of images has its dimensions.
public enum ImageLayout: String, Sendable, CaseIterable {
  /// Images, channels, rows, columns.
  case nchw
  /// Images, rows, columns, channels.
  case nhwc
}
