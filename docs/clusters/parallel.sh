#!/bin/bash
# A run in COUNT parts on one machine, JOBS at a time, or on those of `parallel --sshlogin` that see the same files.
#
#   parallel.sh MODEL IMAGES RUN COUNT JOBS
#
# Called again after an interruption it goes on: parts that are over are read, not counted again.
set -eu
model=$1 images=$2 run=$3 count=$4 jobs=$5
parts="$run.parts"
mkdir -p "$parts"
seq 0 $((count - 1)) | parallel --jobs "$jobs" --retries 3 \
  dyviz stats "$model" "$images" --shard "{}/$count" --resume "$parts/{}.part" ">" "$parts/{}.txt"
dyviz merge "$parts"/*.part --whole --save "$run"
