#!/bin/bash
# One run of the parts that slurm-part.sh made: PARTS and RUN come from the environment.
#
#SBATCH --job-name=dyviz-merge
#SBATCH --cpus-per-task=1
#SBATCH --time=01:00:00
set -eu
dyviz merge "$PARTS"/*.part --whole --save "$RUN" ${OUTPUT:+--output "$OUTPUT"}
