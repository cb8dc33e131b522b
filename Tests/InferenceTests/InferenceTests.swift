// Tests of Inference.
