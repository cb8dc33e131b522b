// Tests of Networks.
