// Tests of Images.
