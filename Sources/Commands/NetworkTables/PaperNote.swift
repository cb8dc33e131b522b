/// Why a figure of ours is not the paper's; the raw value is the letter in the tables.
package enum PaperNote: String, CaseIterable {
  case dynamicParameters = "a"
  case cutNotRounded = "b"
  case small = "c"
  case mobileNetV3 = "d"
  case classifier = "e"
  case stride = "f"
  case bottleneck = "g"
  case resNet10 = "h"
  case squeeze = "i"
  case maxout = "j"
  case head = "k"

  /// The note.
  package var text: String {
    switch self {
    case .dynamicParameters:
      """
      Parameters of Dynamic ReLU are those of the two layers of section 3.2 with their biases, (C + 1) h + (h + 1) 2KM with h = C / R and M = C \
      (A: M = 1), and C + 1 more for the attention of C. The paper's figures do not follow from its text: they are below ours for wide networks \
      and above for narrow ones, while its MAdds, in which the same layers are, agree.
      """
    case .cutNotRounded:
      "5.48M parameters; the paper's figure is cut off there, not rounded."
    case .small:
      """
      The network as it was published in the end, with a hidden layer of 1,024. With one of 1,280 it would have 2.95M parameters, the paper's 2.9M. \
      Nothing in the paper accounts for its MAdds, 9.2M more than the network has; with Dynamic ReLU the difference is the same, 9.3M, and \
      Table 10 is short of about as much beside what (k) says.
      """
    case .mobileNetV3:
      """
      Dynamic ReLU stands inside the blocks, as in MobileNetV2. If it also replaced h-swish after the stem, the last convolution and the hidden layer, \
      Large would have 9.66M parameters (-1.5 %) and 228.9M MAdds (-0.7 %), Small 4.14M and 60.8M.
      """
    case .classifier:
      """
      Without the classifier, which the paper leaves out: with it ResNet-50, -34 and -18 would have 25.56M, 21.80M and 11.69M parameters.
      """
    case .stride:
      """
      The stride is in a block's first 1x1 convolution, as the network was first published. `--network resnet-50` has it in the 3x3 convolution, \
      as is usual today: 4.09G MAdds with the classifier.
      """
    case .bottleneck:
      """
      In the place of every ReLU of a block. Most of the 14.2M parameters are those after the sums, which have up to 2,048 channels; with Dynamic \
      ReLU at A1 and A2 alone it would be 25.11M.
      """
    case .resNet10:
      "One block in each stage. The MAdds agree; 5.2M parameters is neither the network without its classifier nor with it (5.42M)."
    case .squeeze:
      """
      Squeeze-and-excitation with R = 8 before the ReLUs inside the blocks (A1 and A2), where the MAdds agree. R = 16 and R = 4 would have \
      1.82M and 2.25M parameters at width 0.35.
      """
    case .maxout:
      """
      K convolutions with their normalisations in the place of each of a block's three; the maximum, which multiplies nothing, is not counted. With the \
      last 1x1 convolution as well there would be 2.07M, 2.47M and 5.73M parameters, which is the paper's, but 111.9M, 164.5M and 589.4M \
      MAdds, which is further from it. No choice of positions gives all of its figures.
      """
    case .head:
      """
      The backbone ends with its last 1x1 convolution: then what is left for the head is the same for both widths of MobileNetV2, 700M MAdds and 1.2M \
      parameters. The head's first block takes the backbone's channels into its depthwise convolution without an expansion (with one to 768 \
      channels, as in the blocks after it, it would have 856M); so it has 693M and 1.16M here.
      """
    }
  }
}
