/// COCO's 17 keypoints of a person, in the order of the heat maps.
public enum COCOKeypoints {
  /// Names.
  public static let names = [
    "nose", "left eye", "right eye", "left ear", "right ear", "left shoulder", "right shoulder", "left elbow",
    "right elbow", "left wrist", "right wrist", "left hip", "right hip", "left knee", "right knee", "left ankle",
    "right ankle",
  ]

  /// Keypoints that a mirror exchanges: all but the nose.
  public static let pairs = stride(from: 1, to: 17, by: 2).map { (left: $0, right: $0 + 1) }
}
